"""Where Stripe calls."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from . import services


@csrf_exempt  # its signature says who sent it
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    signature = request.headers.get("Stripe-Signature", "")
    try:
        services.webhook_receive(body=request.body, signature=signature, now=timezone.now())
    except services.NotGenuine:
        return HttpResponse("not signed for us", status=400, content_type="text/plain")
    return HttpResponse("kept", content_type="text/plain")
