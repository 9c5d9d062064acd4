"""Addresses of waves, the draw, its sealed seeds, and decrees."""

from django.urls import URLPattern, path

from prakerja.web.keeper import views as keeper
from prakerja.web.office import decrees, fallbacks, wave_plans, waves
from prakerja.web.public import draws

SELECTION: list[URLPattern] = [
    path("draws/", draws.draws, name="draws"),
    path("draws/verify_draw.py", draws.verify_program, name="verify_draw"),
    path("draws/seal_draw.py", draws.seal_program, name="seal_draw"),
    path("draws/<int:number>/", draws.draw, name="draw"),
    path("draws/<int:number>/<str:name>", draws.draw_file, name="draw_file"),
    path("seals/", keeper.kept_seals, name="kept_seals"),
    path("seals/<uuid:wave_id>/", keeper.kept_seal, name="kept_seal"),
    path("seals/<uuid:wave_id>/seals.json", keeper.kept_seals_file, name="kept_seals_file"),
    path("seals/<uuid:wave_id>/<slug:name>/", keeper.keep_seal, name="keep_seal"),
    path("office/seal-keepers/", fallbacks.seal_keepers, name="seal_keepers"),
    path("office/waves/", waves.waves, name="waves"),
    path("office/waves.csv", waves.waves_csv, name="waves_csv"),
    path("office/waves/plan/", wave_plans.plan_wave, name="plan_wave"),
    path("office/waves/<uuid:wave_id>/", waves.wave, name="wave"),
    path("office/waves/<uuid:wave_id>/fallback/", fallbacks.wave_fallback, name="wave_fallback"),
    path("office/waves/<uuid:wave_id>/fallback/plan/", fallbacks.plan_fallback, name="plan_fallback"),
    path("office/waves/<uuid:wave_id>/fallback/drop/", fallbacks.give_up_fallback, name="drop_fallback"),
    path("office/waves/<uuid:wave_id>/<slug:name>/", waves.wave_act, name="wave_act"),
    path("office/decrees/", decrees.decrees, name="decrees"),
    path("office/decrees.csv", decrees.decrees_csv, name="decrees_csv"),
    path("office/decrees/<uuid:decree_id>/", decrees.decree, name="decree"),
    path("office/decrees/<uuid:decree_id>/approve/", decrees.approve_decree, name="approve_decree"),
    path("office/decrees/<uuid:decree_id>/reject/", decrees.refuse_decree, name="reject_decree"),
    path("office/decrees/<uuid:decree_id>/take-off/", decrees.take_off_decree, name="take_off_decree"),
]
