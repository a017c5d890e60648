package io.turnstone.node.transport;

class NioDatagramIoTest extends DatagramIoContract {
    @Override
    DatagramLayer layer() {
        return DatagramLayer.NIO;
    }
}
