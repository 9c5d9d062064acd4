"""The addresses of the pages of presence and the report chain, for `urls`."""

from django.urls import URLPattern, path

from prakerja.web.office import reports as office
from prakerja.web.partner import addresses
from prakerja.web.partner import forwarding as platform
from prakerja.web.partner import reports as institution

LEARNING: list[URLPattern] = [
    path("keys/addresses/", addresses.addresses, name="addresses"),
    path("institution/reports/", institution.reports_due, name="reports_due"),
    path("institution/classes/<uuid:schedule_id>/report/", institution.report_class, name="report_class"),
    path(
        "institution/classes/<uuid:schedule_id>/report/template.csv",
        institution.report_template,
        name="report_template",
    ),
    path("platform/reports/", platform.reports_to_forward, name="reports_to_forward"),
    path("platform/reports/<uuid:schedule_id>/", platform.forward_class, name="forward_class"),
    path("office/reports/", office.reports_to_check, name="reports_to_check"),
    path("office/reports/<uuid:schedule_id>/", office.check_class, name="check_class"),
    path("office/reports/people/<uuid:purchase_id>/", office.check_report, name="check_report"),
]
