"""What a person is shown when something cannot be done: what happened, and what he can do now. Never whose fault it was."""

from __future__ import annotations

from aiohttp import web

from grc.errors import Forbidden, NotFound, Refused
from grc.web.page import is_partial, render

TITLES = {
    400: "Cette demande n’a pas pu être lue",
    403: "Cette action n’a pas été faite",
    404: "Cette page n’existe pas",
    409: "La situation a changé entre-temps",
    413: "L’envoi est trop volumineux",
    423: "Ce fichier n’est pas remis",
    422: "Il manque quelque chose",
    429: "Trop d’essais",
    500: "Une erreur de notre côté",
    503: "Le service est momentanément indisponible",
}


def refusal(request: web.Request, error: Refused) -> web.Response:
    """The page, or the part of a page, that says why not. What is forbidden to see and what does not exist look the same."""
    status = error.status
    if isinstance(error, Forbidden) and request.method in ("GET", "HEAD"):
        error = NotFound("Cette page n’existe pas, ou ne vous est pas accessible.")
        status = 404
    return told(request, status, str(error))


def unavailable(request: web.Request, text: str = "") -> web.Response:
    """Says that it will work again soon, and that nothing was lost."""
    response = told(request, 503, text or "Nous n’arrivons pas à joindre la base de données. Rien n’est perdu : réessayez dans une minute.")
    response.headers["Retry-After"] = "30"
    return response


def told(request: web.Request, status: int, text: str) -> web.Response:
    """A refusal as a page of the side it was asked on, or as a notice in the open page where htmx asked."""
    if request.headers.get("Accept", "").startswith("application/json"):
        return web.json_response({"error": text}, status=status)
    title = TITLES.get(status, TITLES[400])
    if is_partial(request):
        response = render(request, "agent/_notice.html", status=status, title=title, text=text)
        response.headers["HX-Retarget"] = "#annonces"
        response.headers["HX-Reswap"] = "innerHTML"
        response.headers["HX-Push-Url"] = "false"
        return response
    side = "agent/refused.html" if request.path == "/agent" or request.path.startswith(("/agent/", "/admin/")) else "refused.html"
    return render(request, side, status=status, title=title, text=text, status_code=status)
