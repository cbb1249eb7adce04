"""The addresses under which administrators make types of request."""

from __future__ import annotations

from grc.web.pages import (
    types_edit,
    types_list,
    types_new,
    types_part,
    types_preview,
    types_settings,
    types_sheet,
    types_trial,
    types_version,
)
from grc.web.route import Route, Who

ROOT = "/admin/types"
TYPE = ROOT + "/{name}"
DRAFT = TYPE + "/brouillon"
DOCUMENT = 500_000  # bytes of a form that carries a whole document

ROUTES: tuple[Route, ...] = (
    Route("GET", ROOT, types_list.show, Who.ADMIN, "types"),
    Route("GET", ROOT + "/nouveau", types_new.ask, Who.ADMIN, "type_new"),
    Route("POST", ROOT + "/nouveau", types_new.make, Who.ADMIN, "type_new_do"),
    Route("GET", TYPE, types_sheet.show, Who.ADMIN, "type"),
    Route("GET", TYPE + "/versions/{version}", types_version.show, Who.ADMIN, "type_version"),
    Route("POST", TYPE + "/brouillon", types_new.again, Who.ADMIN, "type_again"),
    Route("POST", TYPE + "/publier", types_sheet.publish, Who.ADMIN, "type_publish"),
    Route("POST", TYPE + "/retirer", types_sheet.withdraw, Who.ADMIN, "type_withdraw"),

    Route("POST", TYPE + "/passer", types_sheet.move, Who.ADMIN, "type_move"),
    Route("GET", TYPE + "/reglages/{code}", types_settings.show, Who.ADMIN, "type_settings"),
    Route("POST", TYPE + "/reglages/{code}", types_settings.save, Who.ADMIN, "type_settings_save"),
    Route("POST", TYPE + "/reglages/{code}/choisir", types_settings.take, Who.ADMIN, "type_settings_take"),

    Route("POST", DRAFT + "/texte", types_edit.put_text, Who.ADMIN, "draft_text", max_body=DOCUMENT),
    Route("POST", DRAFT + "/annuler", types_edit.undo, Who.ADMIN, "draft_undo"),
    Route("POST", DRAFT + "/abandonner", types_edit.give_up, Who.ADMIN, "draft_give_up"),
    Route("GET", DRAFT + "/essai", types_trial.show, Who.ADMIN, "draft_trial"),
    Route("POST", DRAFT + "/essai", types_trial.act, Who.ADMIN, "draft_trial_act"),
    Route("GET", DRAFT + "/formulaire", types_preview.form, Who.ADMIN, "draft_form"),
    Route("GET", DRAFT + "/papier/{paper}", types_preview.paper, Who.ADMIN, "draft_paper"),
    Route("POST", DRAFT + "/rejouer", types_edit.relive, Who.ADMIN, "draft_relive"),
    Route("GET", DRAFT + "/{part}", types_part.show, Who.ADMIN, "draft"),
    Route("POST", DRAFT + "/{act}", types_edit.change, Who.ADMIN, "draft_change"),
)  # fmt: skip
