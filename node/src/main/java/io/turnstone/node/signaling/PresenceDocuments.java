package io.turnstone.node.signaling;

import java.util.List;

/** The documents that we write about an address-of-record ourselves. Any thread. */
final class PresenceDocuments {
    /** RFC 3863 §6. */
    static final String PRESENCE_TYPE = "application/pidf+xml";
    /** RFC 3680 §5. */
    static final String REGISTRATION_TYPE = "application/reginfo+xml";

    private static final String DECLARATION = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n";

    private PresenceDocuments() {}

    /** Open while there is a binding (RFC 3863 §4.1.4), and nothing about which. */
    static String presence(String addressOfRecord, boolean open) {
        return DECLARATION + "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"" + uri(addressOfRecord)
            + "\">\r\n<tuple id=\"registration\"><status><basic>" + (open ? "open" : "closed")
            + "</basic></status></tuple>\r\n</presence>\r\n";
    }

    /** @param version one more than that of the document before, in the same subscription; from 0 (RFC 3680 §5.1) */
    static String registration(String addressOfRecord, List<Binding> bindings, long version) {
        StringBuilder document = new StringBuilder(DECLARATION);
        document.append("<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"").append(version);
        document.append("\" state=\"full\">\r\n<registration aor=\"")
            .append(uri(addressOfRecord))
            .append("\" id=\"a\"");
        document.append(" state=\"").append(bindings.isEmpty() ? "terminated" : "active").append("\">\r\n");
        for (Binding binding : bindings) {
            document.append("<contact id=\"c").append(Long.toHexString(binding.id().binding()));
            document.append("\" state=\"active\" event=\"registered\" callid=\"").append(escaped(binding.callId()));
            document.append("\" cseq=\"").append(binding.cseq()).append("\"><uri>").append(escaped(binding.contact()));
            document.append("</uri></contact>\r\n");
        }
        return document.append("</registration>\r\n</reginfo>\r\n").toString();
    }

    private static String uri(String addressOfRecord) {
        return escaped(AddressText.uri(addressOfRecord));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
