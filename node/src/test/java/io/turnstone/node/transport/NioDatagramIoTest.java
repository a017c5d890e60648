package io.turnstone.node.transport;

import java.io.IOException;
import java.util.List;

class NioDatagramIoTest extends DatagramIoContract {
    @Override
    Sockets open(List<ServiceAddress> addresses, int forwarders, boolean patient) throws IOException {
        return NioSockets.open(addresses, forwarders, 1 << 20, patient);
    }
}
