int main(void)
{
    return lws_service(first, LWS_CALLBACK_CLOSED);
}
