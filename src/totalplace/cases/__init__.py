"""What prevention would cost, save and be worth, who pays and who gains, and what to buy."""

__all__: list[str] = []
