"""What a person reads when a request for a page was refused before it was one: by the protocol, in both languages."""

from typing import Final

_HEADERS: Final = b"content-type: text/plain; charset=utf-8\r\ncache-control: no-store\r\nconnection: close\r\n"
# Status line and sentences, in Indonesian and in English: nobody knows yet who asks.
_REFUSALS: Final = {
    "REQUEST_TOO_SLOW": (
        b"408 Request Timeout",
        (
            "Permintaan tidak diterima lengkap pada waktunya. Periksa sambungan Anda, lalu kirim lagi.\n"
            "The request did not arrive completely in time. Look at your connection, then send it again.\n"
        ),
    ),
    "BODY_TOO_LARGE": (
        b"413 Content Too Large",
        "Isi permintaan terlalu besar. Kirim berkas yang lebih kecil.\nThe request is too large. Send a smaller one.\n",
    ),
    "HEAD_TOO_LARGE": (
        b"431 Request Header Fields Too Large",
        "Header permintaan terlalu besar.\nThe headers of the request are too large.\n",
    ),
    "CODING_UNKNOWN": (
        b"501 Not Implemented",
        "Transfer-Encoding selain chunked tidak didukung.\nNo Transfer-Encoding but chunked is supported.\n",
    ),
    "HTTP_MALFORMED": (b"400 Bad Request", "Permintaan bukan HTTP yang sah.\nThe request is not valid HTTP.\n"),
}


def page_refusal(name: str) -> bytes:
    """The whole HTTP response of a refusal of `protocol`, which ends the connection."""
    status, sentences = _REFUSALS[name]
    body = sentences.encode()
    return b"HTTP/1.1 %b\r\n%bcontent-length: %d\r\n\r\n%b" % (status, _HEADERS, len(body), body)
