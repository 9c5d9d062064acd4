"""A PDF out of a typst template; typst is imported when the first one is made: most processes never make one."""

import json
from collections.abc import Mapping


def typeset_pdf(template: bytes, data: Mapping[str, object]) -> bytes:
    """The template with `data` as JSON in `sys.inputs.data`, as PDF bytes: equal data give equal bytes.

    Only typst's own fonts: a machine's would change the bytes, and looking for them costs more than setting a page.
    Cost: some 10 ms.
    """
    import typst

    compiled = typst.compile(template, sys_inputs={"data": json.dumps(data)}, ignore_system_fonts=True)
    assert isinstance(compiled, bytes)  # noqa: S101 - one PDF, not a list of pages
    return compiled
