package io.turnstone.node.transport.stream;

import java.nio.file.Path;

/**
 * Where a server's identity is read from, again whenever either file changes.
 *
 * @param certificateChain PEM: the server's certificate first, then those of the authorities in between
 * @param privateKey PEM, PKCS #8 (RFC 5208) and not encrypted
 */
public record TlsFiles(Path certificateChain, Path privateKey) {}
