package io.turnstone.node.rib;

/** Told where clients' packets arrive. Control thread; must not call back into {@link Attachments}. */
@FunctionalInterface
public interface AttachmentListener {
    void onAttached(Attachment attachment);
}
