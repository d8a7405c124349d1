"""Optional sign-in with OpenID Connect, for a page that several people reach."""

from __future__ import annotations

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

_SECTION = "auth"


def admitted() -> bool:
    """Tells whether the page may be shown; else shows the way to sign in.

    Without a section `[auth]` in Streamlit's secrets nobody has to sign in.
    """
    if not _asked_for() or st.user.get("is_logged_in", False):
        return True
    st.title("Secateur")
    st.caption("Sign in to read documents here.")
    st.button("Sign in", type="primary", on_click=st.login)
    return False


def offer_sign_out() -> None:
    """Shows the way out where somebody has signed in."""
    if _asked_for():
        st.button("Sign out", icon=":material/logout:", on_click=st.logout)


def _asked_for() -> bool:
    try:
        return _SECTION in st.secrets
    except StreamlitSecretNotFoundError:
        return False
