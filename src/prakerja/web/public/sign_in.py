"""Log-in and log-out."""

from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from prakerja.access.guards import for_everyone
from prakerja.kit.settings import get_settings
from prakerja.web.visitors import home_of, user_of


class SignInForm(AuthenticationForm):
    """Django's form with our words."""

    error_messages = {  # noqa: RUF012 - Django's own form
        "invalid_login": _("User name and password do not belong together. Check both; capital letters count."),
        "inactive": _("This account is closed. Ask the programme office."),
    }


class SignInView(views.LoginView):
    """Password log-in; staff's second factor is not built yet (docs/explanation/access.md)."""

    template_name = "web/public/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        """The first page of the user's role."""
        return home_of(user_of(self.request).role)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """Whether the page may point at the demo's sign-in."""
        return super().get_context_data(**kwargs) | {"demo": get_settings().demo}


_sign_in = SignInView.as_view()
_sign_out = views.LogoutView.as_view(next_page=reverse_lazy("home"))


@for_everyone
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """The log-in page."""
    return _sign_in(request)


@for_everyone
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Log-out, by POST only."""
    return _sign_out(request)
