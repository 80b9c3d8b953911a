"""Pages behind the links in mails: an address is confirmed, a subscription ended; and following an article."""

from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from articles.models import Article
from comments import following
from comments.forms import FollowForm
from comments.models import Address
from newsite import caching, readers
from newsite.refusals import Refusal


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@caching.private
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """Confirm an address. Opening the link changes nothing, since mail scanners open links; its button does."""
    try:
        address = following.address_of(key)
    except following.LinkExpired:
        return render(request, "comments/link_expired.html", status=410)
    if address is None:
        raise Http404
    if request.method == "POST":
        following.confirm(address)
        address.refresh_from_db()
    follows = address.subscriptions.select_related("comment", "article")
    return render(request, "comments/confirm_address.html", {"address": address, "follows": follows})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@caching.private
def stop(request: HttpRequest, key: str) -> HttpResponse:
    """End mails. Opening the link asks; the button, or a mail program's own (RFC 8058), does it."""
    try:
        found = following.stoppable(key)
    except BadSignature as error:
        raise Http404 from error
    if found and request.method == "POST":
        following.stop(found)
        found = None
    return render(request, "comments/stop.html", {"found": found, "is_all": isinstance(found, Address)})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@caching.private
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    """Be told of new comments on an article by mail."""
    article = get_object_or_404(Article.objects.published().select_related("section__site"), slug=slug)
    form = FollowForm(request.POST if request.method == "POST" else None)
    context = {"article": article, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "comments/follow.html", context, status=400 if form.errors else 200)
    try:
        who = readers.asker(request)
        context["address"] = following.follow_article(article, who, form.cleaned_data["email"])
    except Refusal as refusal:
        told = {**context, "problem": refusal.told}
        return refusal.mark(render(request, "comments/follow.html", told, status=refusal.status))
    response = render(request, "comments/follow.html", context)
    readers.remember(response, who)
    return response
