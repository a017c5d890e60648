package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipUri;
import java.util.Arrays;
import java.util.Locale;
import org.agrona.DirectBuffer;

/** Knows which URIs are ours (RFC 3261 §16.4). Immutable, any thread; compares octets in place. */
final class LocalNames {
    private final String[] domains;
    private final Host[] advertised;

    /** A name in lower case, without brackets; the port is {@link SipUri#NOT_FOUND} if any will do. */
    private record Host(String name, int port) {
        static Host of(String text) {
            int nameEnd = text.startsWith("[") ? text.indexOf(']') : text.lastIndexOf(':');
            int end = nameEnd < 0 ? text.length() : nameEnd;
            int colon = text.indexOf(':', end);
            String name = text.substring(text.startsWith("[") ? 1 : 0, end).toLowerCase(Locale.ROOT);
            return new Host(name, colon < 0 ? SipUri.NOT_FOUND : Integer.parseInt(text.substring(colon + 1)));
        }

        boolean is(SipUri uri) {
            return isHost(uri, name)
                && (port == SipUri.NOT_FOUND || uri.port() == SipUri.NOT_FOUND || uri.port() == port);
        }
    }

    /** @throws NumberFormatException if a port that is advertised is no number */
    LocalNames(SignalingSettings settings) {
        domains = settings.domains().toArray(String[]::new);
        advertised = settings.advertised().values().stream().distinct().map(Host::of).toArray(Host[]::new);
    }

    private boolean isDomain(SipUri uri) {
        return Arrays.stream(domains).anyMatch(domain -> isHost(uri, domain));
    }

    /** Whether the URI names this cluster: a domain of the users, whatever its port, or what it is advertised as. */
    boolean isOurs(SipUri uri) {
        if (!uri.isSipOrSips()) {
            return false;
        }
        for (String domain : domains) {
            if (isHost(uri, domain)) {
                return true;
            }
        }
        for (Host host : advertised) {
            if (host.is(uri)) {
                return true;
            }
        }
        return false;
    }

    /** The address-of-record that one of our URIs means: a user of what we are advertised as is one of the first domain. */
    String addressOfRecord(SipUri uri) {
        return !uri.hasUser() || isDomain(uri) ? AddressText.of(uri) : uri.user() + '@' + domains[0];
    }

    /** The address-of-record of a user of the first domain. */
    String ofUser(String user) {
        return user + '@' + domains[0];
    }

    /** The URI of a user of the first domain. */
    String userUri(String user) {
        return AddressText.uri(ofUser(user));
    }

    private static boolean isHost(SipUri uri, String lowerCase) {
        DirectBuffer buffer = uri.buffer();
        int start = uri.hostStart();
        if (uri.hostEnd() - start != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            int octet = buffer.getByte(start + i);
            if ((octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
