package io.turnstone.node.signaling;

import io.turnstone.protocol.net.IpAddress;
import io.turnstone.protocol.net.TransportAddress;
import io.turnstone.protocol.sip.SipTransport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a SIP or SIPS URI leads (RFC 3263 §4). Any thread; waits for answers as {@link Records} does.
 *
 * <pre>
 * transport   as the URI says; else by NAPTR; else by whichever SRV there is; else UDP, or TLS for sips
 * port        as the URI says, and then no SRV; else by SRV; else 5060, or 5061 for TLS
 * addresses   of each host that SRV names, A and AAAA, the lower priority first, in it by chance by weight (RFC 2782)
 * </pre>
 */
public final class ServerLocator {
    /** Requests wait for each of them in turn. */
    private static final int HOPS_MAX = 8;
    private static final int SIP_PORT = 5060;
    private static final int SIPS_PORT = 5061;
    private static final List<Service> SERVICES = List.of(
        new Service("SIPS+D2T", "_sips._tcp.", SipTransport.TLS),
        new Service("SIP+D2U", "_sip._udp.", SipTransport.UDP),
        new Service("SIP+D2T", "_sip._tcp.", SipTransport.TCP));

    private final Records records;
    private final RandomGenerator random;

    /**
     * What is looked for.
     *
     * @param host a name or an IP address, without brackets
     * @param port 0 if none is given
     * @param transport null if none is given
     * @param secure whether only TLS will do
     */
    public record Server(String host, int port, @Nullable SipTransport transport, boolean secure) {}

    /** @param replacement the name of an SRV record */
    public record Naptr(int order, int preference, String service, String replacement) {}

    public record Srv(int priority, int weight, int port, String target) {}

    /** A name server. Each question is answered by nothing where there is nothing, or nobody answers in time. */
    public interface Records {
        /** Those whose flag is {@code s}. */
        List<Naptr> naptr(String name);

        List<Srv> srv(String name);

        /** What an IP address names is itself. */
        List<IpAddress> addresses(String host);
    }

    private record Service(String name, String prefix, SipTransport transport) {}

    /** @param random for the weights of SRV */
    public ServerLocator(Records records, RandomGenerator random) {
        this.records = records;
        this.random = random;
    }

    /** The hops to try, in order; none if the name leads nowhere, or by no transport that we have. */
    public List<Hop> locate(Server server) {
        List<Hop> hops = new ArrayList<>();
        SipTransport given = server.transport();
        boolean numeric = isNumeric(server.host());
        if (given != null || server.port() != 0 || numeric) {
            SipTransport transport = transport(given, server.secure());
            if (transport != null) {
                boolean bySrv = server.port() == 0 && !numeric && addSrv(hops, server, prefix(transport), transport);
                if (!bySrv) {
                    addAddresses(hops, server, server.host(), server.port(), transport);
                }
            }
        } else if (!addNaptr(hops, server) && !addAnySrv(hops, server)) {
            SipTransport transport = server.secure() ? SipTransport.TLS : SipTransport.UDP;
            addAddresses(hops, server, server.host(), 0, transport);
        }
        return List.copyOf(hops.subList(0, Math.min(hops.size(), HOPS_MAX)));
    }

    /** The transport that a URI means (RFC 3261 §19.1.2, §26.2.2); null if we have none that will do. */
    private static @Nullable SipTransport transport(@Nullable SipTransport given, boolean secure) {
        if (given == null) {
            return secure ? SipTransport.TLS : SipTransport.UDP;
        }
        return switch (given) {
            case UDP -> secure ? null : SipTransport.UDP;
            case TCP, TLS -> secure ? SipTransport.TLS : given;
            case WS, WSS, SCTP, OTHER -> null;
        };
    }

    private static String prefix(SipTransport transport) {
        return SERVICES.stream()
            .filter(service -> service.transport() == transport)
            .map(Service::prefix)
            .findFirst()
            .orElseThrow();
    }

    /** Colons are in IPv6 addresses only, and no top-level domain is a number. */
    private static boolean isNumeric(String host) {
        return host.indexOf(':') >= 0 || Character.isDigit(host.charAt(host.length() - 1));
    }

    private static boolean isAllowed(Service service, Server server) {
        return !server.secure() || service.transport() == SipTransport.TLS;
    }

    /** False if there is none that we can use. */
    private boolean addNaptr(List<Hop> hops, Server server) {
        List<Naptr> found = new ArrayList<>(records.naptr(server.host()));
        found.sort(Comparator.comparingInt(Naptr::order).thenComparingInt(Naptr::preference));
        for (Naptr naptr : found) {
            for (Service service : SERVICES) {
                if (service.name().equals(naptr.service().toUpperCase(Locale.ROOT)) && isAllowed(service, server)) {
                    addSrvOf(hops, server, naptr.replacement(), service.transport());
                }
            }
        }
        return !hops.isEmpty();
    }

    private boolean addAnySrv(List<Hop> hops, Server server) {
        for (Service service : SERVICES) {
            if (isAllowed(service, server)) {
                addSrv(hops, server, service.prefix(), service.transport());
            }
        }
        return !hops.isEmpty();
    }

    private boolean addSrv(List<Hop> hops, Server server, String prefix, SipTransport transport) {
        return addSrvOf(hops, server, prefix + server.host(), transport);
    }

    private boolean addSrvOf(List<Hop> hops, Server server, String name, SipTransport transport) {
        int before = hops.size();
        for (Srv srv : ordered(records.srv(name))) {
            // RFC 2782: a target of "." says that there is no such service
            if (!srv.target().isEmpty() && srv.port() > 0 && hops.size() < HOPS_MAX) {
                addAddresses(hops, server, srv.target(), srv.port(), transport);
            }
        }
        return hops.size() > before;
    }

    /** RFC 2782: by priority, and in each by chance, the more likely the heavier. */
    private List<Srv> ordered(List<Srv> found) {
        List<Srv> rest = new ArrayList<>(found);
        rest.sort(Comparator.comparingInt(Srv::priority).thenComparingInt(Srv::weight));
        List<Srv> ordered = new ArrayList<>(rest.size());
        while (!rest.isEmpty()) {
            int priority = rest.getFirst().priority();
            List<Srv> alike = rest.stream().filter(srv -> srv.priority() == priority).toList();
            int left = random.nextInt(alike.stream().mapToInt(Srv::weight).sum() + 1);
            int chosen = 0;
            while (left > alike.get(chosen).weight()) {
                left -= alike.get(chosen).weight();
                chosen++;
            }
            ordered.add(alike.get(chosen));
            rest.remove(alike.get(chosen));
        }
        return ordered;
    }

    private void addAddresses(List<Hop> hops, Server server, String host, int port, SipTransport transport) {
        boolean secure = transport == SipTransport.TLS;
        int known = port == 0 ? secure ? SIPS_PORT : SIP_PORT : port;
        for (IpAddress address : records.addresses(host)) {
            // RFC 5922 §7.2: the certificate is of the domain that was asked for, not of the host that it is served by
            hops.add(new Hop(transport, TransportAddress.of(address, known), secure ? server.host() : ""));
        }
    }
}
