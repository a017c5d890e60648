package io.turnstone.loadtest.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.turnstone.loadtest.client.ClientLoop;
import io.turnstone.loadtest.client.Loopback;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * Where tests take phones from. Most have a line of their own to one of the nodes, whose TURN server they use as well;
 * from test to test they are at one node, or at different ones, in turn. One thread. A browser starts with its first phone.
 */
final class PhoneBench implements AutoCloseable {
    private static final int BINDINGS_GONE_SECONDS = 10;

    private final SipNodes nodes;
    private final Map<PhoneKind.Browser, PhonePage> pages = new EnumMap<>(PhoneKind.Browser.class);
    private final List<Lead> leads = new ArrayList<>();
    private final Map<BrowserPhone, Lead> leadByPhone = new HashMap<>();
    private final ClientLoop loop = ClientLoop.start();
    private final List<Balanced> balanced = new ArrayList<>();
    private int round;
    private int phones;

    /** A phone's line, and the place of the node that it leads to. */
    private static final class Lead {
        final PhoneLine line;
        int place;

        Lead(PhoneLine line, int place) {
            this.line = line;
            this.place = place;
        }
    }

    /** The balancer before a phone's TURN, and the place of the node that it gives the phone to. */
    private record Balanced(UdpProxy balancer, int place) {}

    PhoneBench(SipNodes nodes) {
        this.nodes = nodes;
    }

    /** A phone that is connected and not registered. */
    BrowserPhone phone(PhoneKind kind, String user) {
        return phone(kind, user, nodes.password(user));
    }

    BrowserPhone phone(PhoneKind kind, String user, String password) {
        Lead lead = lead();
        String name = name(user);
        PhonePage page = page(kind);
        page.open(name, kind.library(), settings(user, password, lead));
        return put(new BrowserPhone(page, name), lead);
    }

    /** A phone that is registered. */
    BrowserPhone registered(PhoneKind kind, String user) {
        return phone(kind, user).register();
    }

    /** A phone that is registered, and may be loaded again: it has a document and an instance (RFC 5626 §4.1) of its own. */
    BrowserPhone registeredDocument(PhoneKind kind, String user) {
        Lead lead = lead();
        String name = name(user);
        PhonePage page = page(kind);
        Map<String, Object> settings = new HashMap<>(settings(user, nodes.password(user), lead));
        settings.put("instance", UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString());
        page.openDocument(name, kind.library(), settings);
        return put(new BrowserPhone(page, name), lead).register();
    }

    /**
     * A phone without a line, registered at the node of that place. It knows the other nodes as well, and goes on to them
     * when it loses its WebSocket. Its media go by a balancer.
     */
    BrowserPhone registeredAt(int place, PhoneKind kind, String user) {
        String name = name(user);
        PhonePage page = page(kind);
        List<String> servers = IntStream.range(0, nodes.size())
            .mapToObj(next -> webSocketUrl(nodes.at(place + next).webSocket()))
            .toList();
        UdpProxy balancer = UdpProxy.bare(loop, nodes.balancedTo(place));
        balanced.add(new Balanced(balancer, place));
        page.open(name, kind.library(), settings(user, nodes.password(user), servers, balancer.address()));
        return new BrowserPhone(page, name).register();
    }

    /** A phone's WebSocket is lost, and cannot be made again. */
    void lose(BrowserPhone phone) {
        leadOf(phone).line.breakOff();
        phone.expect("disconnected");
    }

    /**
     * The phone's library may connect again, and then has another node than before.
     *
     * @param awaited what has waited for it; that may come before the answer to its registration
     */
    void bringBack(BrowserPhone phone, String... awaited) {
        Lead lead = leadOf(phone);
        lead.place++;
        lead.line.mend(nodes.at(lead.place).webSocket());
        phone.expectBack(awaited);
    }

    /** Ends a node as a loss of power does, which balancers notice at once: they give its phones to the next. */
    void kill(int place) {
        nodes.kill(place);
        balanced.stream()
            .filter(each -> each.place == place)
            .forEach(each -> each.balancer.sendTo(nodes.balancedTo(place + 1)));
    }

    /** Starts a node again that was killed; it is ready when this returns. */
    void restart(int place) {
        nodes.restart(place);
    }

    /** Stops all phones, so that nobody is registered. */
    void clear() {
        pages.values().forEach(PhonePage::closePhones);
        closeLines();
        leads.clear();
        leadByPhone.clear();
        balanced.clear();
        phones = 0;
        round++;
        Awaitility.await("no bindings")
            .atMost(BINDINGS_GONE_SECONDS, TimeUnit.SECONDS)
            .until(() -> nodes.sum("turnstone_sip_bindings") == 0);
    }

    private String name(String user) {
        phones++;
        return user + phones;
    }

    private PhonePage page(PhoneKind kind) {
        return pages.computeIfAbsent(kind.browser(), PhonePage::open);
    }

    private Lead lead() {
        boolean apart = round % 2 == 1;
        int place = apart ? round + leads.size() : round;
        Lead lead = new Lead(PhoneLine.to(nodes.at(place).webSocket()), place);
        leads.add(lead);
        return lead;
    }

    private BrowserPhone put(BrowserPhone phone, Lead lead) {
        leadByPhone.put(phone, lead);
        return phone;
    }

    private Lead leadOf(BrowserPhone phone) {
        return Objects.requireNonNull(leadByPhone.get(phone), "has no line");
    }

    private Map<String, Object> settings(String user, String password, Lead lead) {
        return settings(user, password, List.of(webSocketUrl(Loopback.ipv4(lead.line.port()))),
            Loopback.ipv4(nodes.at(lead.place).node().port()));
    }

    private static Map<String, Object> settings(String user, String password, List<String> servers,
        InetSocketAddress turn) {
        return Map.of("user", user, "password", password, "domain", SipNodes.DOMAIN, "servers", servers, "turn",
            "turn:127.0.0.1:" + turn.getPort() + "?transport=udp");
    }

    private static String webSocketUrl(InetSocketAddress server) {
        return "ws://127.0.0.1:" + server.getPort() + "/";
    }

    private void closeLines() {
        leads.forEach(lead -> lead.line.close());
    }

    /** Ends the browsers. */
    @Override
    public void close() {
        closeLines();
        try {
            pages.values().forEach(PhonePage::close);
        } finally {
            loop.close();
        }
    }
}
