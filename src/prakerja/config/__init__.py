"""Where the rooms are put together: Django's settings, URLs and ASGI entries. It owns no table and no rule."""
