"""What the reference says about single sign-on: titles in Indonesian, and lines of a shell that sign and send."""

from typing import Final

from prakerja.partner_api.openapi import SignOnCall
from prakerja.partner_api.sign_on_calls import AUTHORIZE_PATH, PROFILE_PATH, REFRESH_PATH, TOKEN_PATH

_TITLES_ID: Final = {
    AUTHORIZE_PATH: "Alamat halaman persetujuan",
    TOKEN_PATH: "Token untuk sebuah kode, atau untuk refresh token",
    REFRESH_PATH: "Token baru untuk refresh token",
    PROFILE_PATH: "Yang disetujui peserta untuk diperlihatkan",
}
_CLIENT: Final = '-H "X-Client-Id: $CLIENT_CODE"'
SIGN_ON_EXAMPLES: Final = {
    AUTHORIZE_PATH: (
        "TS=$(date +%s)\n"
        f'SIGNATURE=$(printf %s "${{CLIENT_CODE}}${{TS}}GET{AUTHORIZE_PATH}" '
        '| openssl dgst -sha1 -hmac "$KEY" -r | cut -d" " -f1)\n'
        f'curl -s -G "$BASE_URL{AUTHORIZE_PATH}" {_CLIENT} -H "X-Timestamp: $TS" -H "X-Signature: $SIGNATURE" '
        '-d state=abc -d "client_id=$CLIENT_CODE" --data-urlencode "scope=name email prakerjaid notelp" '
        '--data-urlencode "redirect_uri=$REDIRECT_URI" --data-urlencode "login_uri=$LOGIN_URI"\n'
    ),
    TOKEN_PATH: (
        f'curl -s "$BASE_URL{TOKEN_PATH}" {_CLIENT} -H "Content-Type: application/json" '
        '-d "{\\"code\\":\\"$CODE\\"}"\n'
    ),
    REFRESH_PATH: (
        f'curl -s "$BASE_URL{REFRESH_PATH}" {_CLIENT} -H "Content-Type: application/json" '
        '-d "{\\"token\\":\\"$REFRESH_TOKEN\\"}"\n'
    ),
    PROFILE_PATH: f'curl -s "$BASE_URL{PROFILE_PATH}" {_CLIENT} -H "Authorization: Bearer $ACCESS_TOKEN"\n',
}


def sign_on_name(one: SignOnCall, language: str) -> str:
    """The file of a page."""
    return f"{one.path.removeprefix('/api/v1/').replace('/', '-')}{'' if language == 'en' else '.id'}.md"


def sign_on_title(one: SignOnCall, language: str) -> str:
    """The heading of a page."""
    return one.summary if language == "en" else _TITLES_ID[one.path]
