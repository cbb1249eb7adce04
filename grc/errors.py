"""Every error this program raises on purpose, drawn at the top:

    GrcError
     ├── Refused            somebody asked for what cannot be: told in words to the one who can act
     │    ├── NotFound      it does not exist, or not for him (the two are never told apart)
     │    ├── Forbidden     his role does not allow it
     │    ├── Withheld      a file that an antivirus has not let pass
     │    ├── Conflict      somebody was faster, or the state no longer allows it
     │    └── BadInput      a field is wrong; says which, and how to mend it
     ├── Raced              another transaction was faster: do the whole again
     ├── Overtaken          another did this very work meanwhile: nothing is left to do
     ├── Unavailable        a part outside is away: try later (database, relay, disk)
     └── Misconfigured      the operator must change a setting; says which

Anything else that escapes is a bug and is logged once, with its ids.
"""


class GrcError(Exception):
    """What every deliberate error of the program is."""


class Refused(GrcError):
    """The request cannot be done; the message says why, in French, to the person who asked."""

    status = 400


class NotFound(Refused):
    """Does not exist, or not for this person: never told apart, so that nothing leaks."""

    status = 404


class Forbidden(Refused):
    """The role of this person does not allow it."""

    status = 403


class Withheld(Refused):
    """A file that is given to nobody: the antivirus found something in it, or has not looked at it yet."""

    status = 423


class Conflict(Refused):
    """The state changed meanwhile; the message says what to do now."""

    status = 409


class BadInput(Refused):
    """One field is wrong: `field` names it, the message says how to mend it."""

    status = 422

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Raced(GrcError):
    """Another transaction wrote first; nothing of this one remains. The caller does the whole again."""


class Overtaken(GrcError):
    """Another did this very work meanwhile; nothing of this one remains, and nothing is left to do."""


class Unavailable(GrcError):
    """A part outside the program is away; the same call may succeed later."""


class Misconfigured(GrcError):
    """A setting must be changed by the operator; the message names it and says to what."""
