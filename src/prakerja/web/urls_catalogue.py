"""The addresses of the catalogue's pages, for `urls`."""

from django.urls import URLPattern, path

from prakerja.web.office import conflicts as office_conflicts
from prakerja.web.office import courses as office_courses
from prakerja.web.office import findings as office_findings
from prakerja.web.partner import class_end, classes, courses, feeds, listings
from prakerja.web.portal import catalogue as portal
from prakerja.web.public import catalogue as public
from prakerja.web.public import certificates

CATALOGUE: list[URLPattern] = [
    path("catalogue/", public.catalogue, name="catalogue"),
    path("catalogue/<str:code>/", public.course, name="course"),
    path("institutions/", public.institutions, name="institutions"),
    path("conflicts/", public.conflicts, name="conflicts"),
    path("certificates/", certificates.certificates, name="certificates"),
    path("certificates/<str:number>/", certificates.certificate, name="certificate"),
    path("me/purchases/<uuid:purchase_id>/certificate.pdf", certificates.my_certificate, name="my_certificate"),
    path("me/catalogue/", portal.my_catalogue, name="my_catalogue"),
    path("platform/listings/add/", listings.add_listings, name="add_listings"),
    path("platform/listings/<uuid:listing_id>/end/", listings.end_listing, name="end_listing"),
    path("institution/courses/", courses.own_courses, name="own_courses"),
    path("institution/courses/propose/", courses.propose_course, name="propose_course"),
    path("institution/courses/<uuid:course_id>/", courses.own_course, name="own_course"),
    path("institution/courses/<uuid:course_id>/price/", courses.change_price, name="change_price"),
    path("institution/courses/<uuid:course_id>/classes/open/", classes.open_class, name="open_class"),
    path("institution/classes/<uuid:schedule_id>/seats/", classes.seats, name="change_seats"),
    path("institution/classes/<uuid:schedule_id>/end/", class_end.end_class, name="end_class"),
    path("institution/courses/feeds/", feeds.feeds, name="feeds"),
    path("institution/courses/feeds/upload/", feeds.upload_feed, name="upload_feed"),
    path("institution/courses/feeds/template.csv", feeds.feed_template, name="feed_template"),
    path("institution/courses/feeds/template.xlsx", feeds.feed_template_workbook, name="feed_template_workbook"),
    path("institution/courses/feeds/<uuid:feed_id>/", feeds.feed, name="feed"),
    path("institution/courses/feeds/<uuid:feed_id>/errors.csv", feeds.feed_errors, name="feed_errors"),
    path("institution/courses/feeds/<uuid:feed_id>/decide/", feeds.decide_feed, name="decide_feed"),
    path("office/courses/", office_courses.proposed_courses, name="proposed_courses"),
    path("office/courses/<uuid:course_id>/", office_courses.assess_course, name="assess_course"),
    path("office/findings/", office_findings.office_findings, name="office_findings"),
    path("office/findings/<uuid:finding_id>/", office_findings.office_finding, name="office_finding"),
    path("office/conflicts/", office_conflicts.office_conflicts, name="office_conflicts"),
    path("office/conflicts/<uuid:conflict_id>/", office_conflicts.office_conflict, name="office_conflict"),
]
