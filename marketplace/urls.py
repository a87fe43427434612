"""Every address of the site. Each one has a policy in tests/integration/policy."""

from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from marketplace.core import views as core

urlpatterns = [
    path("health/live", core.live, name="health_live"),
    path("health/ready", core.ready, name="health_ready"),
    path("offline/", core.offline, name="offline"),
    path("offline-worker.js", core.offline_worker, name="offline_worker"),
    path("language/", set_language, name="set_language"),
    path("", include("marketplace.core.look.urls")),
    path("map/", include("marketplace.core.geo.urls")),
    path("", include("marketplace.people.urls")),
    path("accounts/", include("allauth.urls")),
    path("payments/", include("payments.gateway.urls")),
    path("provider/pools/", include("payments.pools.provider_urls")),
    path("provider/", include("providers.listings.editing.urls")),
    path("money/", include("payments.budgets.urls")),
    path("arrangements/", include("payments.arrangements.urls")),
    path("provider/arrangements/", include("payments.arrangements.provider_urls")),
    path("calendar/", include("payments.arrangements.feed_urls")),
    path("orders/", include("payments.orders.urls")),
    path("pools/", include("payments.pools.urls")),
    path("provider/orders/", include("payments.orders.provider_urls")),
    path("provider/payments/", include("payments.orders.payout_urls")),
    path("concern/", include("providers.assurance.urls")),
    path("staff/money/", include("payments.budgets.staff_urls")),
    path("staff/", include("providers.assurance.staff_urls")),
    path("operator/money/", include("payments.orders.operator_urls")),
    path("operator/", include("providers.assurance.operator_urls")),
    path("admin/login/", RedirectView.as_view(url="/admin/"), name="admin_login"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
]
urlpatterns += [path("", include("search.urls")), path("", include("search.staff_urls"))]
if settings.PAYMENTS_SANDBOX:
    urlpatterns += [path("sandbox/", include("payments.sandbox.urls"))]
if settings.DEMO:
    urlpatterns += [path("demo/", include("marketplace.demo.urls"))]
if settings.SERVE_MEDIA:
    urlpatterns += [path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}, name="media")]
urlpatterns += [path("", include("providers.listings.urls")), path("", include(wagtail_urls))]

handler404 = "django.views.defaults.page_not_found"
