package io.turnstone.node.transport.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.turnstone.protocol.net.TransportAddress;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;

/** A WebSocket client that does whatever a test wants, also what no client may do. */
final class RawWebSocket implements AutoCloseable {
    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final int TIMEOUT_MS = 30_000;
    private static final byte[] MASK = {0x37, (byte) 0xFA, 0x21, 0x3D};
    private static final int FIN = 0x80;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /** A frame that the server sent. */
    static final class Frame {
        private final int opcode;
        private final byte[] payload;

        private Frame(int opcode, byte[] payload) {
            this.opcode = opcode;
            this.payload = payload;
        }

        int opcode() {
            return opcode;
        }

        byte[] payload() {
            return payload.clone();
        }

        String text() {
            return new String(payload, UTF_8);
        }

        /** Of a Close frame. */
        int code() {
            return (payload[0] & 0xFF) << 8 | (payload[1] & 0xFF);
        }
    }

    RawWebSocket(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    static RawWebSocket connect(TransportAddress server) throws IOException {
        return new RawWebSocket(new Socket(server.ip().toInetAddress(), server.port()));
    }

    RawWebSocket shakeHands() throws IOException {
        send(request(""));
        String response = readHead();
        if (!response.startsWith("HTTP/1.1 101 ")) {
            socket.close();
            throw new IOException(response);
        }
        return this;
    }

    /** A good handshake with further header lines. */
    static String request(String more) {
        return "GET / HTTP/1.1\r\nHost: sip.example.com\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
            + "Sec-WebSocket-Key: " + KEY + "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: sip\r\n" + more
            + "\r\n";
    }

    void send(String text) throws IOException {
        send(text.getBytes(ISO_8859_1));
    }

    void send(byte[] octets) throws IOException {
        out.write(octets);
        out.flush();
    }

    void sendFrame(int opcode, byte[] payload) throws IOException {
        send(frame(FIN | opcode, payload));
    }

    void sendText(String text) throws IOException {
        sendFrame(FrameHeader.TEXT, text.getBytes(UTF_8));
    }

    void sendFragment(int opcode, boolean last, byte[] payload) throws IOException {
        send(frame((last ? FIN : 0) | opcode, payload));
    }

    /** A masked frame, its first octet as given. */
    static byte[] frame(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 14);
        frame.write(first);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length <= 0xFFFF) {
            frame.write(0x80 | 126);
            frame.write(payload.length >>> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >>> shift));
            }
        }
        frame.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ MASK[i % MASK.length]);
        }
        return frame.toByteArray();
    }

    /** An HTTP response's head, with the empty line. */
    String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    /** All that comes until the server ends its half. */
    String readAll() throws IOException {
        return new String(in.readAllBytes(), ISO_8859_1);
    }

    Frame read() throws IOException {
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = (int) in.readLong();
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Frame(first & 0x0F, payload);
    }

    String readText() throws IOException {
        Frame frame = read();
        if (frame.opcode() != FrameHeader.TEXT) {
            throw new IOException("opcode " + frame.opcode() + " instead of text");
        }
        return frame.text();
    }

    /** The code of the Close frame that comes next; the connection ends after it, but for what this side still says. */
    int readClose() throws IOException {
        Frame frame = read();
        if (frame.opcode() != FrameHeader.CLOSE) {
            throw new IOException("opcode " + frame.opcode() + " instead of Close: " + frame.text());
        }
        return frame.payload().length == 0 ? StreamClosure.NO_CODE : frame.code();
    }

    /** Whether the server has ended the connection, in whichever way. */
    boolean isEnded() throws IOException {
        try {
            in.readUnsignedByte();
            return false;
        } catch (EOFException ended) {
            return true;
        } catch (SocketException reset) {
            return true;
        }
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
