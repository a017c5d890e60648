package io.turnstone.protocol.sip;

import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/** What a server adds to the top Via of a request: whence it came (RFC 3261 §18.2.1, RFC 3581 §4). Any thread. */
final class ReceivedVia {
    private static final byte[] RECEIVED = ";received=".getBytes(StandardCharsets.US_ASCII);
    private static final int NOT_FOUND = SipView.NOT_FOUND;

    private ReceivedVia() {}

    /** Whether anything must be added: the source is not sent-by, a port is asked for, or somebody claims a source. */
    static boolean isNeeded(Via via, long high, long low) {
        boolean sourceIsSentBy = via.isHostIp() && via.hostHigh() == high && via.hostLow() == low;
        return !sourceIsSentBy || via.hasResponsePort() || via.parameters().has("received");
    }

    /** Writes the value with the source address and, if asked for, the source port, in place of what was claimed. */
    static void put(SipOutput output, Via via, long high, long low, int port) {
        SipParameters parameters = via.parameters();
        int received = parameters.find("received");
        int responsePort = parameters.find("rport");
        DirectBuffer buffer = via.buffer();
        int position = via.start();
        for (int i = 0; i < parameters.count(); i++) {
            if (i == received || i == responsePort) {
                output.copy(buffer, position, parameters.nameEnd(i));
                output.octet('=');
                if (i == received) {
                    output.address(high, low);
                } else {
                    output.number(port);
                }
                position = parameters.end(i);
            }
        }
        output.copy(buffer, position, via.end());
        if (received == NOT_FOUND) {
            output.constant(RECEIVED);
            output.address(high, low);
        }
    }
}
