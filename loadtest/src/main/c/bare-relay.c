/*
 * The least that relaying UDP takes, to measure servers beside: what TURN's data path does, without TURN. Whoever sends to the
 * listener gets a relay socket of its own, from which the payload goes on to the one peer; what comes back goes to that client.
 * There is no authentication, no permission, no lifetime, and one thread.
 *
 *   bare-relay LISTEN-IP LISTEN-PORT RELAY-IP PEER-IP PEER-PORT      IPv4 only
 *
 * Between client and listener a datagram has four octets before its payload, as ChannelData does (RFC 8656 §12.4). They mean
 * nothing, and come back as the client sent them last; a datagram of nothing else gives the relay socket back.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define FLOWS_MAX 16384
#define BUCKET_BITS 15
#define BATCH 64
#define HEADER_LENGTH 4
#define DATAGRAM_LENGTH_MAX 2048
#define BUFFER_LENGTH (4 << 20)
#define NONE UINT32_MAX
#define LISTENER (NONE - 1) /* in place of a flow's index */

struct flow {
    struct sockaddr_in client;
    int socket;
    uint32_t next; /* in its bucket, or among the unused */
    uint8_t header[HEADER_LENGTH];
};

/* Datagrams that one system call takes or sends. */
struct batch {
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    struct sockaddr_in clients[BATCH];
    uint8_t octets[BATCH][DATAGRAM_LENGTH_MAX];
};

static struct flow flows[FLOWS_MAX];
static uint32_t buckets[1 << BUCKET_BITS];
static uint32_t unused;
static struct batch from_clients, to_clients;
static struct sockaddr_in relay, peer;
static int listener, waiter;

static int checked(int result, const char *what) {
    if (result < 0) {
        perror(what);
        exit(EXIT_FAILURE);
    }
    return result;
}

static struct sockaddr_in address(const char *ip, const char *port) {
    struct sockaddr_in parsed = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
    if (inet_pton(AF_INET, ip, &parsed.sin_addr) != 1) {
        fprintf(stderr, "bare-relay: %s is no IPv4 address\n", ip);
        exit(EXIT_FAILURE);
    }
    return parsed;
}

static int open_socket(const struct sockaddr_in *local, uint32_t name) {
    int opened = checked(socket(AF_INET, SOCK_DGRAM, 0), "socket");
    checked(bind(opened, (const struct sockaddr *) local, sizeof *local), "bind");
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = name};
    checked(epoll_ctl(waiter, EPOLL_CTL_ADD, opened, &event), "epoll_ctl");
    return opened;
}

/* Where the list of flows in which the client's is begins. */
static uint32_t *bucket(const struct sockaddr_in *client) {
    uint64_t key = (uint64_t) client->sin_addr.s_addr << 16 | client->sin_port;
    return &buckets[key * 0x9e3779b97f4a7c15u >> (64 - BUCKET_BITS)];
}

/* What points to the client's flow, or to NONE. */
static uint32_t *find(const struct sockaddr_in *client) {
    uint32_t *link = bucket(client);
    while (*link != NONE && (flows[*link].client.sin_port != client->sin_port
                             || flows[*link].client.sin_addr.s_addr != client->sin_addr.s_addr)) {
        link = &flows[*link].next;
    }
    return link;
}

static void open_flow(uint32_t *link, const struct sockaddr_in *client) {
    uint32_t index = unused;
    struct flow *flow = &flows[index];
    unused = flow->next;
    *flow = (struct flow) {.client = *client, .socket = open_socket(&relay, index), .next = NONE};
    *link = index;
}

static void close_flow(uint32_t *link) {
    uint32_t index = *link;
    struct flow *flow = &flows[index];
    close(flow->socket);
    flow->socket = -1;
    *link = flow->next;
    flow->next = unused;
    unused = index;
}

static void on_client(const uint8_t *datagram, size_t length, const struct sockaddr_in *client) {
    uint32_t *link = find(client);
    if (length > HEADER_LENGTH) {
        if (*link == NONE && unused != NONE) {
            open_flow(link, client);
        }
        if (*link != NONE) {
            struct flow *flow = &flows[*link];
            memcpy(flow->header, datagram, HEADER_LENGTH);
            sendto(flow->socket, datagram + HEADER_LENGTH, length - HEADER_LENGTH, 0, (struct sockaddr *) &peer, sizeof peer);
        }
    } else if (*link != NONE) {
        close_flow(link);
    }
}

static void on_listener(void) {
    for (int i = 0; i < BATCH; i++) {
        from_clients.messages[i].msg_hdr.msg_namelen = sizeof from_clients.clients[i];
    }
    int count = recvmmsg(listener, from_clients.messages, BATCH, MSG_DONTWAIT, NULL);
    for (int i = 0; i < count; i++) {
        on_client(from_clients.octets[i], from_clients.messages[i].msg_len, &from_clients.clients[i]);
    }
}

/* Takes one datagram, which leaves with the batch; there is another event for the next one. */
static unsigned on_relay_socket(const struct flow *flow, unsigned count) {
    uint8_t *octets = to_clients.octets[count];
    ssize_t length = recv(flow->socket, octets + HEADER_LENGTH, DATAGRAM_LENGTH_MAX - HEADER_LENGTH, MSG_DONTWAIT);
    if (length < 0) {
        return count; /* the flow was closed in this turn */
    }
    memcpy(octets, flow->header, HEADER_LENGTH);
    to_clients.clients[count] = flow->client;
    to_clients.parts[count].iov_len = HEADER_LENGTH + length;
    return count + 1;
}

static void prepare(struct batch *batch) {
    for (int i = 0; i < BATCH; i++) {
        batch->parts[i] = (struct iovec) {batch->octets[i], DATAGRAM_LENGTH_MAX};
        batch->messages[i].msg_hdr = (struct msghdr) {.msg_name = &batch->clients[i],
            .msg_namelen = sizeof batch->clients[i], .msg_iov = &batch->parts[i], .msg_iovlen = 1};
    }
}

int main(int count, char **arguments) {
    if (count != 6) {
        fprintf(stderr, "usage: bare-relay LISTEN-IP LISTEN-PORT RELAY-IP PEER-IP PEER-PORT\n");
        return EXIT_FAILURE;
    }
    struct sockaddr_in local = address(arguments[1], arguments[2]);
    relay = address(arguments[3], "0");
    peer = address(arguments[4], arguments[5]);
    memset(buckets, 0xff, sizeof buckets);
    for (uint32_t i = 0; i < FLOWS_MAX; i++) {
        flows[i].next = i + 1 < FLOWS_MAX ? i + 1 : NONE;
    }
    prepare(&from_clients);
    prepare(&to_clients);
    waiter = checked(epoll_create1(0), "epoll_create1");
    listener = open_socket(&local, LISTENER);
    int buffer = BUFFER_LENGTH;
    checked(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer), "setsockopt");
    puts("relaying");
    fflush(stdout);
    for (;;) {
        struct epoll_event events[BATCH];
        int ready = epoll_wait(waiter, events, BATCH, -1); /* fails with EINTR when the process is continued */
        unsigned leaving = 0;
        for (int i = 0; i < ready; i++) {
            uint32_t name = events[i].data.u32;
            if (name == LISTENER) {
                on_listener();
            } else {
                leaving = on_relay_socket(&flows[name], leaving);
            }
        }
        if (leaving > 0) {
            sendmmsg(listener, to_clients.messages, leaving, 0);
        }
    }
}
