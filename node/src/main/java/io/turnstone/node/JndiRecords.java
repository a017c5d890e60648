package io.turnstone.node;

import io.turnstone.node.signaling.ServerLocator.Naptr;
import io.turnstone.node.signaling.ServerLocator.Records;
import io.turnstone.node.signaling.ServerLocator.Srv;
import io.turnstone.protocol.net.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.naming.Context;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/**
 * The name server of this machine: NAPTR and SRV by the JDK's DNS provider, addresses by whatever the system asks. Any
 * thread; blocks.
 */
final class JndiRecords implements Records {
    /** The name server that the system has in its own settings. */
    static final String SYSTEM = "dns:";

    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z_](?:[0-9A-Za-z._-]*[0-9A-Za-z_.-])?");
    private static final Pattern BLANK = Pattern.compile(" ");
    private static final String FIRST_WAIT_MS = "1000";
    private static final String TRIES = "2";

    private final String url;

    /** @param url {@link #SYSTEM} or {@code dns://HOST:PORT} */
    JndiRecords(String url) {
        this.url = url;
    }

    @Override
    public List<Naptr> naptr(String name) {
        return records(name, "NAPTR", JndiRecords::naptrOf);
    }

    @Override
    public List<Srv> srv(String name) {
        return records(name, "SRV", JndiRecords::srvOf);
    }

    @Override
    public List<IpAddress> addresses(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).map(JndiRecords::withoutZone).toList();
        } catch (UnknownHostException unknown) {
            return List.of();
        }
    }

    private static IpAddress withoutZone(InetAddress address) {
        return IpAddress.ofBytes(address.getAddress());
    }

    /** {@code priority weight port target}. */
    private static List<Srv> srvOf(String text) {
        List<String> words = BLANK.splitAsStream(text).toList();
        return List.of(
            new Srv(
                Integer.parseInt(words.get(0)),
                Integer.parseInt(words.get(1)),
                Integer.parseInt(words.get(2)),
                withoutDot(words.get(3))));
    }

    /** {@code order preference flags service regexp replacement}; nothing if there is no SRV record to ask for. */
    private static List<Naptr> naptrOf(String text) {
        List<String> words = BLANK.splitAsStream(text.replace("\"", "")).toList();
        String flag = words.get(2).toLowerCase(Locale.ROOT);
        String replacement = withoutDot(words.getLast());
        if (!flag.equals("s") || replacement.isEmpty()) {
            return List.of();
        }
        return List.of(
            new Naptr(Integer.parseInt(words.get(0)), Integer.parseInt(words.get(1)), words.get(3), replacement));
    }

    private static String withoutDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    @SuppressWarnings("JdkObsolete") // the interface of JNDI asks for a Hashtable
    private Hashtable<String, String> environment() {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(Context.PROVIDER_URL, url);
        environment.put("com.sun.jndi.dns.timeout.initial", FIRST_WAIT_MS);
        environment.put("com.sun.jndi.dns.timeout.retries", TRIES);
        return environment;
    }

    /** A name that is none is not asked for: to the JDK it might be a URL. */
    @SuppressWarnings("BanJNDI") // the DNS provider gives text and no objects, and is asked for names only
    private <T> List<T> records(String name, String type, Function<String, List<T>> reader) {
        if (!NAME.matcher(name).matches()) {
            return List.of();
        }
        List<T> found = new ArrayList<>();
        try {
            InitialDirContext context = new InitialDirContext(environment());
            try {
                Attribute attribute = context.getAttributes(name, new String[]{type}).get(type);
                if (attribute != null) {
                    NamingEnumeration<?> values = attribute.getAll();
                    while (values.hasMore()) {
                        found.addAll(reader.apply(String.valueOf(values.next())));
                    }
                }
            } finally {
                context.close();
            }
        } catch (NamingException unknown) {
            return List.of();
        }
        return found;
    }
}
