int other(int reason)
{
    switch (reason) {
    case LWS_CALLBACK_RECEIVE:
        return second;
    }
    return lws_service(first, 0);
}
