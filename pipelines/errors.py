"""The errors that reach a user: each message says what is wrong and the way out."""


class SecateurError(Exception):
    """Base of every error that a user can mend; the command line prints it as one line."""


class UsageError(SecateurError):
    """The call itself is wrong: an unknown option value, model or folder."""


class IngestionError(SecateurError):
    """A file cannot be read as a document; the message names it and says what to do.

    Attributes:
        inner_name: Which of an archive's files it is about, as in "2024/acme.html"; "" for the
            file that was given.
    """

    inner_name = ""
