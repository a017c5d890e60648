package io.turnstone.node.signaling;

import io.turnstone.protocol.sip.SipUri;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Globally routable user agent URIs (RFC 5627), made and read without memory. One thread.
 *
 * <pre>
 * public     sip:alice@example.com;gr=urn:uuid:f81d4fae-...      address-of-record and instance
 * temporary  sip:tgruu.TOKEN@example.com;gr                      a sealed token
 * </pre>
 *
 * A temporary one names the binding and the Call-ID that registered it: it ends when the instance registers with another
 * Call-ID (§3.2), and no two are alike, so that nobody can link them.
 */
final class Gruus {
    private static final String TEMPORARY_PREFIX = "tgruu.";
    private static final String PARAMETER_UNESCAPED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()[]/:&+$";
    private static final byte VERSION = 'G';
    private static final int CONTENT_BYTES = 1 + Integer.BYTES + 3 * Long.BYTES;

    private final SealedTokens tokens;
    private final BindingIds ids = new BindingIds();

    /**
     * What a temporary GRUU says.
     *
     * @param callId the hash of the Call-ID that it ends with
     */
    record Temporary(BindingId binding, int callId) {}

    Gruus(SealedTokens tokens) {
        this.tokens = tokens;
    }

    /** Of a binding with an instance. */
    String publicGruu(Binding binding) {
        return AddressText.uri(binding.addressOfRecord()) + ";gr="
            + AddressText.escape(urn(binding), PARAMETER_UNESCAPED);
    }

    private static String urn(Binding binding) {
        String instance = binding.instance();
        boolean bracketed = instance.startsWith("<") && instance.endsWith(">");
        return bracketed ? instance.substring(1, instance.length() - 1) : instance;
    }

    /** A new one for each registration. */
    String temporaryGruu(Binding binding) {
        byte[] content = ByteBuffer.allocate(CONTENT_BYTES)
            .put(VERSION)
            .putInt(ids.callId(binding.callId()))
            .putLong(binding.id().addressOfRecord())
            .putLong(binding.id().binding())
            .putLong(binding.registeredMs())
            .array();
        int at = binding.addressOfRecord().lastIndexOf('@');
        return "sip:" + TEMPORARY_PREFIX + tokens.seal(content) + '@' + binding.addressOfRecord().substring(at + 1)
            + ";gr";
    }

    /** What a URI with {@code gr} says if it is a temporary GRUU of ours, otherwise null. */
    @Nullable
    Temporary temporary(SipUri uri) {
        String user = uri.user();
        byte[] content = user.startsWith(TEMPORARY_PREFIX)
            ? tokens.open(user.substring(TEMPORARY_PREFIX.length()))
            : null;
        if (content == null || content.length != CONTENT_BYTES || content[0] != VERSION) {
            return null;
        }
        ByteBuffer fields = ByteBuffer.wrap(content, 1, CONTENT_BYTES - 1);
        int callId = fields.getInt();
        return new Temporary(new BindingId(fields.getLong(), fields.getLong()), callId);
    }

    /** Whether the binding is the one that a temporary GRUU was made for, and it has not ended since. */
    boolean isMeant(Temporary gruu, Binding binding) {
        return gruu.binding().equals(binding.id()) && gruu.callId() == ids.callId(binding.callId());
    }

    /** Whether a public GRUU means the binding: it is of the same instance. */
    static boolean isMeant(String parameter, Binding binding) {
        return !binding.instance().isEmpty() && urn(binding).equals(parameter);
    }
}
