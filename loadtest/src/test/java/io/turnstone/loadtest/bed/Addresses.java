package io.turnstone.loadtest.bed;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Who has which address. Documentation ranges stand for the public network (RFC 5737), so relays have to be told that
 * peers may live there. Nodes are counted from 1.
 */
public final class Addresses {
    /** The one address that all clients know. */
    public static final String SERVICE = "198.51.100.1";
    public static final int SERVICE_PORT = 3_478;
    public static final int ADMIN_PORT = 9_478;
    public static final int RELAY_PORT_MIN = 49_152;
    public static final int RELAY_PORT_MAX = 65_535;
    public static final String PEER = "203.0.113.201";
    public static final int PEER_PORT = 9_000;
    /** Of the one machine on which all clients run. */
    public static final List<String> CLIENTS = IntStream.range(2, 6).mapToObj(i -> "192.168.1." + i).toList();

    static final String BALANCER_OUTSIDE = "203.0.113.2";
    static final String BALANCER_INSIDE = "10.10.0.1";
    static final String NAT_OUTSIDE = "203.0.113.101";
    static final String NAT_INSIDE = "192.168.1.1";

    private Addresses() {}

    /** By which nodes and the balancer reach it. */
    public static String inside(int node) {
        return "10.10.0." + (10 + node);
    }

    /** Its own public address. */
    public static String outside(int node) {
        return "198.51.100." + (10 + node);
    }
}
