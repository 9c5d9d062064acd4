"""Every address of the pages. The table of address and role in tests/web/test_permissions.py names each of them."""

from django.urls import URLPattern, URLResolver, path

from prakerja.web.desk import views as desk
from prakerja.web.office import checks, decisions
from prakerja.web.office import views as office
from prakerja.web.partner import institution, platform
from prakerja.web.portal import consent, presence, waves
from prakerja.web.portal import views as portal
from prakerja.web.public import demo, language, rules, sign_in
from prakerja.web.public import views as public
from prakerja.web.sandbox import views as sandbox

urlpatterns: list[URLPattern | URLResolver] = [
    path("", public.home, name="home"),
    path("figures/", public.figures, name="figures"),
    path("figures/<slug:code>/", public.figure, name="figure"),
    path("figures/<slug:code>.csv", public.figure_csv, name="figure_csv"),
    path("platforms/", public.platforms, name="platforms"),
    path("rules/", rules.rules, name="rules"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("language/", language.set_language, name="set_language"),
    path("demo/", demo.demo, name="demo"),
    path("sandbox/sms/", sandbox.sms_outbox, name="sms_outbox"),
    path("sandbox/new/", sandbox.new_sandbox, name="new_sandbox"),
    path("me/", portal.me, name="me"),
    path("me/purchases/", portal.my_purchases, name="my_purchases"),
    path("me/purchases/<uuid:purchase_id>/", portal.my_purchase, name="my_purchase"),
    path("me/purchases/<uuid:purchase_id>/review/", portal.write_review, name="write_review"),
    path("me/money/", portal.my_money, name="my_money"),
    path("me/waves/", waves.my_waves, name="my_waves"),
    path("me/waves/<uuid:wave_id>/join/", waves.join_wave, name="join_wave"),
    path("izin/", consent.consent, name="consent"),
    path("hadir/<str:token>", presence.presence, name="presence"),
    path("platform/", platform.platform, name="platform"),
    path("platform/sales/", platform.platform_sales, name="platform_sales"),
    path("platform/listings/", platform.platform_listings, name="platform_listings"),
    path("platform/agreements/", platform.platform_agreements, name="platform_agreements"),
    path("platform/statements/", platform.platform_statements, name="platform_statements"),
    path("platform/statements/<uuid:run_id>/", platform.platform_statement, name="platform_statement"),
    path("institution/", institution.institution, name="institution"),
    path("institution/classes/<uuid:schedule_id>/", institution.class_page, name="class"),
    path("institution/redeem/", institution.redeem, name="redeem"),
    path("institution/codes/", institution.institution_sales, name="institution_sales"),
    path("institution/agreements/", institution.institution_agreements, name="institution_agreements"),
    path("institution/statements/", institution.institution_statements, name="institution_statements"),
    path("institution/statements/<uuid:run_id>/", institution.institution_statement, name="institution_statement"),
    path("desk/", desk.desk, name="desk"),
    path("desk/worker-lists/upload/", desk.upload_worker_list, name="upload_worker_list"),
    path("desk/worker-lists/template.csv", desk.worker_list_template, name="worker_list_template"),
    path("desk/worker-lists/<uuid:worker_list_id>/", desk.worker_list, name="worker_list"),
    path("desk/worker-lists/<uuid:worker_list_id>/errors.csv", desk.worker_list_errors, name="worker_list_errors"),
    path("desk/worker-lists/<uuid:worker_list_id>/publish/", desk.publish, name="publish_worker_list"),
    path("desk/coverage/", desk.coverage, name="coverage"),
    path("office/", office.office, name="office"),
    path("office/rows/<slug:code>/", office.rows, name="rows"),
    path("office/trail/", office.trails, name="trails"),
    path("office/trail/<uuid:subject_id>/", office.trail, name="trail"),
    path("office/waves/", decisions.waves, name="waves"),
    path("office/waves/<uuid:wave_id>/", decisions.wave, name="wave"),
    path("office/decrees/", decisions.decrees, name="decrees"),
    path("office/decrees/<uuid:decree_id>/", decisions.decree, name="decree"),
    path("office/decrees/<uuid:decree_id>/approve/", decisions.approve_decree, name="approve_decree"),
    path("office/settlements/", decisions.settlements, name="settlements"),
    path("office/settlements/<uuid:run_id>/", decisions.settlement, name="settlement"),
    path("office/settlements/<uuid:run_id>/approve/", decisions.approve_settlement, name="approve_settlement"),
    path("office/checks/", checks.checks, name="checks"),
    path("office/revocations/", office.revocations, name="revocations"),
]
