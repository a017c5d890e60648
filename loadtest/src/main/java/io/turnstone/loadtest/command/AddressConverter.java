package io.turnstone.loadtest.command;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** HOST:PORT as {@code turn.example.org:3478}, {@code 203.0.113.7:3478} or {@code [2001:db8::7]:3478}. */
public final class AddressConverter implements ITypeConverter<InetSocketAddress> {
    private static final int PORT_MAX = 65_535;

    @Override
    public InetSocketAddress convert(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.contains(":")) {
            host = "";
        }
        int port = port(text.substring(colon + 1));
        if (host.isEmpty() || port < 1) {
            throw new TypeConversionException(
                "'" + text + "' is no HOST:PORT with a port from 1 to 65535 (IPv6 as [IP]:PORT)");
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException unknown) {
            throw new TypeConversionException("no address is known for the host of '" + text + "'");
        }
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port <= PORT_MAX ? port : -1;
        } catch (NumberFormatException noNumber) {
            return -1;
        }
    }
}
