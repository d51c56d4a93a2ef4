"""Addresses of the exchange of stock files, under the back office."""

from django.urls import path

from access.exchange.addresses import addresses
from catalogue.exchange.desk import STOCK_DESK
from catalogue.exchange.views import WithdrawView

app_name = "stock_exchange"

urlpatterns = [*addresses(STOCK_DESK), path("<int:pk>/absents/", WithdrawView.as_view(), name="withdraw")]
