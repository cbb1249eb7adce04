import time
async def test_up(service, relay):
    t=time.monotonic()
    from tests.support.mails import post, mail
    print(await post(service.lmtp_port, mail("bonjour")))
    print(await service.command("ledger"))
    print(service.told("web"), service.told("worker"))
    assert 0
