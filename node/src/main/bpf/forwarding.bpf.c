/*
 * Forwards the datagrams of established flows before any socket sees them. Attached to the ingress of an interface (tcx).
 *
 * A flow is named by the way its datagrams come in: addresses, ports, and the channel or the peer that a client names. The
 * process writes what becomes of each into the map `flows`; this program looks there and nowhere else. Whatever it finds no
 * live entry for, and whatever is odd in any way, goes on to the sockets untouched (TCX_NEXT), so nothing is lost here and
 * nothing leaves that user space would have dropped. The process has said until when each entry holds, and in `control`
 * until when it may be believed at all.
 *
 * The payload is copied to a scratch buffer, the headers are written before it, and the whole is written back: moving it by
 * bpf_skb_adjust_room would leave the start of a checksum that hardware is to fill in where it was.
 *
 * Sums are of 16-bit words as they lie in memory (RFC 1071 §2, "byte order independence").
 */
#include <linux/bpf.h>

#define SECTION(name) __attribute__((section(name), used))
#define INLINE static inline __attribute__((always_inline))

static void *(*const map_lookup_elem)(void *map, const void *key) = (void *) BPF_FUNC_map_lookup_elem;
static __u32 (*const get_prandom_u32)(void) = (void *) BPF_FUNC_get_prandom_u32;
static long (*const skb_store_bytes)(struct __sk_buff *, __u32 offset, const void *from, __u32 length, __u64 flags) =
    (void *) BPF_FUNC_skb_store_bytes;
static long (*const skb_load_bytes)(const struct __sk_buff *, __u32 offset, void *to, __u32 length) =
    (void *) BPF_FUNC_skb_load_bytes;
static __s64 (*const csum_diff)(const void *from, __u32 from_size, const void *to, __u32 to_size, __u32 seed) =
    (void *) BPF_FUNC_csum_diff;
static long (*const skb_change_tail)(struct __sk_buff *, __u32 length, __u64 flags) = (void *) BPF_FUNC_skb_change_tail;
static long (*const redirect_neigh)(__u32 ifindex, void *params, int length, __u64 flags) =
    (void *) BPF_FUNC_redirect_neigh;
static __u64 (*const ktime_get_coarse_ns)(void) = (void *) BPF_FUNC_ktime_get_coarse_ns;

/* Both halves of an address in network order, IPv4 as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2). */
struct address {
    __u32 words[4];
};

enum kind {
    CHANNEL = 1, /* ChannelData of a client */
    SEND = 2,    /* a Send indication of a client */
    PEER = 3,    /* a datagram of a peer */
};

enum form {
    PLAIN = 0,      /* the application data alone, to a peer */
    NUMBERED = 1,   /* as ChannelData, to a client */
    INDICATION = 2, /* as a Data indication, to a client */
};

/* Everything that is more than an octet is in network order, except `kind`. */
struct flow_key {
    struct address source;
    struct address destination;
    struct address peer; /* of SEND, else zero */
    __u16 source_port;
    __u16 destination_port;
    __u16 peer_port; /* of SEND; of CHANNEL the channel's number */
    __u16 kind;
};

/* As above; the last line, `until` and `slot` are the machine's own numbers. */
struct flow {
    __u64 until; /* nanoseconds of the monotonic clock */
    struct address source;
    struct address destination;
    struct address peer; /* named by INDICATION */
    __u16 source_port;
    __u16 destination_port;
    __u16 peer_port;
    __u16 channel; /* of NUMBERED */
    __u32 slot;
    __u32 interface;
    __u32 length_max; /* of the IP packet that leaves */
    __u32 form;
};

struct count {
    __u64 packets;
    __u64 octets; /* of application data */
    __u64 last;   /* nanoseconds of the monotonic clock */
    __u64 unused;
};

struct control {
    __u64 lease; /* the monotonic clock in nanoseconds after which the process is taken for dead */
    __u64 failed; /* datagrams lost since they could not be written back */
};

/* What the process makes a map of before it loads this. */
struct map {
    __u32 type;
    __u32 key_size;
    __u32 value_size;
    __u32 max_entries;
    __u32 flags;
};

#define FLOWS_MAX 131072
#define SCRATCH_LENGTH 4096

struct map flows SECTION("maps") =
    {BPF_MAP_TYPE_HASH, sizeof(struct flow_key), sizeof(struct flow), FLOWS_MAX, BPF_F_NO_PREALLOC};
struct map counts SECTION("maps") =
    {BPF_MAP_TYPE_ARRAY, sizeof(__u32), sizeof(struct count), FLOWS_MAX, BPF_F_MMAPABLE};
struct map control SECTION("maps") =
    {BPF_MAP_TYPE_ARRAY, sizeof(__u32), sizeof(struct control), 1, BPF_F_MMAPABLE};
struct map scratch SECTION("maps") = {BPF_MAP_TYPE_PERCPU_ARRAY, sizeof(__u32), SCRATCH_LENGTH, 1, 0};

#define LOOPBACK 1
#define PACKET_HOST 0
#define NEXT (-1)
#define DROP 2

#define ETHERNET_LENGTH 14
#define ETHERTYPE_OFFSET 12
#define IPV4_LENGTH 20
#define IPV6_LENGTH 40
#define UDP_LENGTH 8
#define UDP 17
#define HOPS 64
#define NET16(x) ((__u16) __builtin_bswap16(x))
#define NET32(x) ((__u32) __builtin_bswap32(x))
#define V4_MAPPED NET32(0xffff)

#define CHANNEL_HEADER_LENGTH 4
#define STUN_HEADER_LENGTH 20
#define ATTRIBUTE_HEADER_LENGTH 4
#define SEND_INDICATION NET16(0x0016)
#define DATA_INDICATION NET16(0x0017)
#define MAGIC_COOKIE NET32(0x2112a442)
#define XOR_PEER_ADDRESS NET16(0x0012)
#define DATA NET16(0x0013)
#define OPTIONAL_FIRST 0x8000
#define FAMILY_IPV4 1
#define FAMILY_IPV6 2
#define PEER_LENGTH_IPV4 8
#define PEER_LENGTH_IPV6 20
/* As many attributes as a Send indication is searched for: more go to user space. */
#define ATTRIBUTES_MAX 4

/* Room for the longest headers, before the payload in the scratch buffer. */
#define ROOM 128
#define PAYLOAD_MAX 2048
/* How far into the payload the application data may begin. */
#define DATA_OFFSET_MAX 256
#define CHUNK 512

struct ipv4 {
    __u8 version_and_length;
    __u8 service;
    __u16 length;
    __u16 id;
    __u16 fragment;
    __u8 hops;
    __u8 protocol;
    __u16 check;
    __u32 source;
    __u32 destination;
};

struct ipv6 {
    __u32 version_and_flow;
    __u16 length;
    __u8 next_header;
    __u8 hops;
    struct address source;
    struct address destination;
};

struct udp {
    __u16 source;
    __u16 destination;
    __u16 length;
    __u16 check;
};

/* What is known of a datagram while it is looked at. */
struct datagram {
    struct flow_key key;
    __u32 ipv4;
    __u32 payload_offset; /* in the frame */
    __u32 payload_length;
    __u32 data_offset; /* in the payload */
    __u32 data_length;
    __u16 check;
    __u16 udp_length;
};

INLINE __u16 folded(__u64 sum) {
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

/* Of the octets at `at`, which zeros follow up to a multiple of 4. */
INLINE __u64 sum_of(const __u8 *at, __u32 length) {
    __u32 sum = 0;
    #pragma unroll
    for (int i = 0; i < 4; i++) {
        if (length >= CHUNK) {
            sum = csum_diff(0, 0, at, CHUNK, sum);
            at += CHUNK;
            length -= CHUNK;
        }
    }
    length = (length + 3) & ~3u;
    if (length <= CHUNK) {
        sum = csum_diff(0, 0, at, length, sum);
    }
    return sum;
}

INLINE __u64 sum_of_address(const struct address *address, __u32 ipv4) {
    return ipv4 ? (__u64) address->words[3]
                : (__u64) address->words[0] + address->words[1] + address->words[2] + address->words[3];
}

/* Of the pseudo-header (RFC 768; RFC 8200 §8.1), whose parts add up alike for both families. */
INLINE __u64 pseudo_sum(const struct address *source, const struct address *destination, __u32 ipv4, __u16 udp_length) {
    return sum_of_address(source, ipv4) + sum_of_address(destination, ipv4) + NET16(UDP) + udp_length;
}

INLINE void set_v4_mapped(struct address *address, __u32 ipv4) {
    address->words[0] = 0;
    address->words[1] = 0;
    address->words[2] = V4_MAPPED;
    address->words[3] = ipv4;
}

/* Reads the headers of an unfragmented UDP datagram without IP options; 0 if it is none that this program handles. */
INLINE int read_headers(struct __sk_buff *skb, struct datagram *datagram) {
    __u16 ethertype;
    struct udp udp;
    __u32 at = ETHERNET_LENGTH;
    __u32 ip_payload;
    if (skb_load_bytes(skb, ETHERTYPE_OFFSET, &ethertype, sizeof(ethertype))) {
        return 0;
    }
    if (ethertype == NET16(0x0800)) {
        struct ipv4 ip;
        if (skb_load_bytes(skb, at, &ip, sizeof(ip)) || ip.version_and_length != 0x45 || ip.protocol != UDP
            || (ip.fragment & NET16(0x3fff)) || folded((__u32) csum_diff(0, 0, (void *) &ip, sizeof(ip), 0)) != 0xffff) {
            return 0;
        }
        set_v4_mapped(&datagram->key.source, ip.source);
        set_v4_mapped(&datagram->key.destination, ip.destination);
        datagram->ipv4 = 1;
        ip_payload = NET16(ip.length) - IPV4_LENGTH;
        at += IPV4_LENGTH;
    } else if (ethertype == NET16(0x86dd)) {
        struct ipv6 ip;
        if (skb_load_bytes(skb, at, &ip, sizeof(ip)) || (ip.version_and_flow & NET32(0xf0000000)) != NET32(0x60000000)
            || ip.next_header != UDP) {
            return 0;
        }
        datagram->key.source = ip.source;
        datagram->key.destination = ip.destination;
        datagram->ipv4 = 0;
        ip_payload = NET16(ip.length);
        at += IPV6_LENGTH;
    } else {
        return 0;
    }
    if (skb_load_bytes(skb, at, &udp, sizeof(udp))) {
        return 0;
    }
    at += UDP_LENGTH;
    datagram->key.source_port = udp.source;
    datagram->key.destination_port = udp.destination;
    datagram->check = udp.check;
    datagram->udp_length = udp.length;
    datagram->payload_offset = at;
    datagram->payload_length = NET16(udp.length) - UDP_LENGTH;
    return NET16(udp.length) == ip_payload && datagram->payload_length > 0 && datagram->payload_length <= PAYLOAD_MAX
        && skb->len >= at + datagram->payload_length;
}

/* Reads the payload to where room for headers is before it, with zeros after it; 0 if that fails. */
INLINE int read_payload(struct __sk_buff *skb, const struct datagram *datagram, __u8 *payload) {
    __u32 length = datagram->payload_length;
    if (length == 0 || length > PAYLOAD_MAX || skb_load_bytes(skb, datagram->payload_offset, payload, length)) {
        return 0;
    }
    *(__u64 *) (payload + length) = 0;
    return 1;
}

/* XOR-PEER-ADDRESS (RFC 8489 §14.2) as SEND's part of the key; 0 if it is malformed. */
INLINE int read_peer(struct datagram *datagram, const __u8 *message, const __u8 *value, __u32 length) {
    const __u32 *mask = (const __u32 *) (message + 4);
    __u32 family = value[1];
    datagram->key.peer_port = *(const __u16 *) (value + 2) ^ NET16(0x2112);
    if (length == PEER_LENGTH_IPV4 && family == FAMILY_IPV4) {
        set_v4_mapped(&datagram->key.peer, *(const __u32 *) (value + 4) ^ MAGIC_COOKIE);
        return 1;
    }
    if (length != PEER_LENGTH_IPV6 || family != FAMILY_IPV6) {
        return 0;
    }
    #pragma unroll
    for (int i = 0; i < 4; i++) {
        datagram->key.peer.words[i] = ((const __u32 *) (value + 4))[i] ^ mask[i];
    }
    return 1;
}

/*
 * Finds peer and data of a Send indication (RFC 8656 §11.3), each once, beside attributes that may be ignored; 0 for
 * anything else.
 */
INLINE int read_send(struct datagram *datagram, const __u8 *payload) {
    __u32 position = STUN_HEADER_LENGTH;
    __u32 end = datagram->payload_length;
    int peer = 0;
    if (end < STUN_HEADER_LENGTH || *(const __u32 *) (payload + 4) != MAGIC_COOKIE
        || NET16(*(const __u16 *) (payload + 2)) != end - STUN_HEADER_LENGTH || (end & 3)) {
        return 0;
    }
    datagram->data_length = 0;
    #pragma unroll
    for (int i = 0; i < ATTRIBUTES_MAX; i++) {
        if (position < end && position <= PAYLOAD_MAX) {
            const __u8 *attribute = payload + position;
            __u16 type = *(const __u16 *) attribute;
            __u32 length = NET16(*(const __u16 *) (attribute + 2));
            position += ATTRIBUTE_HEADER_LENGTH;
            if (position + length > end) {
                return 0;
            }
            if (type == XOR_PEER_ADDRESS) {
                if (peer || !read_peer(datagram, payload, attribute + ATTRIBUTE_HEADER_LENGTH, length)) {
                    return 0;
                }
                peer = 1;
            } else if (type == DATA) {
                if (datagram->data_length || length == 0) {
                    return 0;
                }
                datagram->data_offset = position;
                datagram->data_length = length;
            } else if (NET16(type) < OPTIONAL_FIRST) {
                return 0;
            }
            position += (length + 3) & ~3u;
        }
    }
    return position == end && peer && datagram->data_length;
}

/* What becomes of the datagram, and where its data lie; 0 if user space is to say that. */
INLINE struct flow *find_flow(struct __sk_buff *skb, struct datagram *datagram, __u8 *payload) {
    __u16 start[2];
    struct flow *flow = 0;
    if (datagram->payload_length >= CHANNEL_HEADER_LENGTH
        && !skb_load_bytes(skb, datagram->payload_offset, start, sizeof(start))) {
        if ((*(__u8 *) start & 0xc0) == 0x40) {
            __u32 length = NET16(start[1]);
            if (length > 0 && datagram->payload_length - CHANNEL_HEADER_LENGTH - length <= 3) {
                datagram->key.kind = CHANNEL;
                datagram->key.peer_port = start[0];
                datagram->data_offset = CHANNEL_HEADER_LENGTH;
                datagram->data_length = length;
                flow = map_lookup_elem(&flows, &datagram->key);
            }
        } else if (start[0] == SEND_INDICATION && read_payload(skb, datagram, payload) && read_send(datagram, payload)) {
            datagram->key.kind = SEND;
            flow = map_lookup_elem(&flows, &datagram->key);
        }
    }
    if (flow) {
        return flow;
    }
    datagram->key.kind = PEER;
    datagram->key.peer_port = 0;
    datagram->key.peer = (struct address) {};
    datagram->data_offset = 0;
    datagram->data_length = datagram->payload_length;
    return map_lookup_elem(&flows, &datagram->key);
}

/*
 * Whether the checksum is one that is still to be filled in (1: only the pseudo-header's sum is there), or right or absent
 * (0). Negative if that cannot be told or it is wrong.
 */
INLINE int checksum_is_partial(const struct datagram *datagram, const __u8 *payload) {
    const struct flow_key *key = &datagram->key;
    __u64 pseudo = pseudo_sum(&key->source, &key->destination, datagram->ipv4, datagram->udp_length);
    __u64 all = pseudo + key->source_port + key->destination_port + datagram->udp_length + datagram->check
        + sum_of(payload, datagram->payload_length);
    int full = folded(all) == 0xffff;
    if (datagram->check == 0) {
        return datagram->ipv4 ? 0 : NEXT;
    }
    if (datagram->check == folded(pseudo)) {
        return full ? NEXT : 1;
    }
    return full ? 0 : NEXT;
}

/* Writes the Data indication's header (RFC 8656 §11.5) into what is before the data. */
INLINE void write_indication(__u8 *at, const struct flow *flow, __u32 peer_ipv4, __u32 data_length) {
    __u32 peer_length = peer_ipv4 ? PEER_LENGTH_IPV4 : PEER_LENGTH_IPV6;
    __u32 *words = (__u32 *) at;
    __u8 *data = at + STUN_HEADER_LENGTH + ATTRIBUTE_HEADER_LENGTH + peer_length;
    __u32 padded = (data_length + 3) & ~3u;
    *(__u16 *) at = DATA_INDICATION;
    *(__u16 *) (at + 2) = NET16(2 * ATTRIBUTE_HEADER_LENGTH + peer_length + padded);
    words[1] = MAGIC_COOKIE;
    words[2] = get_prandom_u32();
    words[3] = get_prandom_u32();
    words[4] = get_prandom_u32();
    *(__u16 *) (at + 20) = XOR_PEER_ADDRESS;
    *(__u16 *) (at + 22) = NET16(peer_length);
    *(__u16 *) (at + 24) = NET16(peer_ipv4 ? FAMILY_IPV4 : FAMILY_IPV6);
    *(__u16 *) (at + 26) = flow->peer_port ^ NET16(0x2112);
    if (peer_ipv4) {
        words[7] = flow->peer.words[3] ^ MAGIC_COOKIE;
    } else {
        #pragma unroll
        for (int i = 0; i < 4; i++) {
            words[7 + i] = flow->peer.words[i] ^ words[1 + i];
        }
    }
    *(__u16 *) data = DATA;
    *(__u16 *) (data + 2) = NET16(data_length);
}

INLINE void write_udp(__u8 *at, const struct flow *flow, __u16 length) {
    struct udp *udp = (struct udp *) at;
    udp->source = flow->source_port;
    udp->destination = flow->destination_port;
    udp->length = length;
    udp->check = 0;
}

INLINE void write_ip(__u8 *at, const struct flow *flow, __u32 ipv4, __u32 total) {
    if (ipv4) {
        struct ipv4 *ip = (struct ipv4 *) at;
        ip->version_and_length = 0x45;
        ip->service = 0;
        ip->length = NET16(total);
        ip->id = get_prandom_u32();
        ip->fragment = 0;
        ip->hops = HOPS;
        ip->protocol = UDP;
        ip->check = 0;
        ip->source = flow->source.words[3];
        ip->destination = flow->destination.words[3];
        ip->check = ~folded((__u32) csum_diff(0, 0, (void *) ip, IPV4_LENGTH, 0));
    } else {
        struct ipv6 *ip = (struct ipv6 *) at;
        ip->version_and_flow = NET32(0x60000000);
        ip->length = NET16(total - IPV6_LENGTH);
        ip->next_header = UDP;
        ip->hops = HOPS;
        ip->source = flow->source;
        ip->destination = flow->destination;
    }
}

INLINE void count(const struct flow *flow, __u32 octets, __u64 now) {
    __u32 slot = flow->slot;
    struct count *count = map_lookup_elem(&counts, &slot);
    if (count) {
        __sync_fetch_and_add(&count->packets, 1);
        __sync_fetch_and_add(&count->octets, octets);
        count->last = now;
    }
}

SECTION("tc")
int forward(struct __sk_buff *skb) {
    __u32 zero = 0;
    struct datagram datagram = {};
    if (skb->gso_size || skb->vlan_present || skb->pkt_type != PACKET_HOST || !read_headers(skb, &datagram)) {
        return NEXT;
    }
    __u64 now = ktime_get_coarse_ns();
    struct control *process = map_lookup_elem(&control, &zero);
    __u8 *buffer = map_lookup_elem(&scratch, &zero);
    if (!process || !buffer || now >= process->lease) {
        return NEXT;
    }
    __u8 *payload = buffer + ROOM;
    struct flow *flow = find_flow(skb, &datagram, payload);
    if (!flow || now >= flow->until || (flow->interface == LOOPBACK) != (skb->ifindex == LOOPBACK)
        || (datagram.key.kind != SEND && !read_payload(skb, &datagram, payload))) {
        return NEXT;
    }
    int partial = checksum_is_partial(&datagram, payload);
    if (partial < 0) {
        return NEXT;
    }

    __u32 data_length = datagram.data_length;
    __u32 ip_length = datagram.ipv4 ? IPV4_LENGTH : IPV6_LENGTH;
    __u32 peer_ipv4 = flow->peer.words[0] == 0 && flow->peer.words[1] == 0 && flow->peer.words[2] == V4_MAPPED;
    __u32 form = flow->form;
    __u32 message = 0;
    __u32 padding = 0;
    if (form == NUMBERED) {
        message = CHANNEL_HEADER_LENGTH;
    } else if (form == INDICATION) {
        message = STUN_HEADER_LENGTH + 2 * ATTRIBUTE_HEADER_LENGTH + (peer_ipv4 ? PEER_LENGTH_IPV4 : PEER_LENGTH_IPV6);
        padding = -data_length & 3;
    }
    __u32 headers = ip_length + UDP_LENGTH + message;
    __u32 total = headers + data_length + padding;
    __u32 start = ROOM + datagram.data_offset - headers;
    if (total < headers || total < IPV4_LENGTH || total > flow->length_max || total > PAYLOAD_MAX + ROOM || data_length > PAYLOAD_MAX || start > DATA_OFFSET_MAX
        || datagram.data_offset > DATA_OFFSET_MAX) {
        return NEXT;
    }
    *(__u32 *) (payload + datagram.data_offset + data_length) = 0;

    __u8 *packet = buffer + start;
    __u8 *udp = packet + ip_length;
    __u32 udp_length = total - ip_length;
    write_udp(udp, flow, NET16(udp_length));
    if (form == NUMBERED) {
        *(__u16 *) (udp + UDP_LENGTH) = flow->channel;
        *(__u16 *) (udp + UDP_LENGTH + 2) = NET16(data_length);
    } else if (form == INDICATION) {
        write_indication(udp + UDP_LENGTH, flow, peer_ipv4, data_length);
    }
    __u64 sum = pseudo_sum(&flow->source, &flow->destination, datagram.ipv4, NET16(udp_length));
    if (partial) {
        ((struct udp *) udp)->check = folded(sum);
    } else {
        __u16 check = ~folded(sum + sum_of(udp, udp_length));
        ((struct udp *) udp)->check = check ? check : 0xffff;
    }
    write_ip(packet, flow, datagram.ipv4, total);

    if (skb_change_tail(skb, ETHERNET_LENGTH + total, 0)) {
        return NEXT;
    }
    if (skb_store_bytes(skb, ETHERNET_LENGTH, packet, total, BPF_F_RECOMPUTE_CSUM)) {
        __sync_fetch_and_add(&process->failed, 1);
        return DROP;
    }
    count(flow, data_length, now);
    return flow->interface == LOOPBACK ? NEXT : redirect_neigh(flow->interface, 0, 0, 0);
}

char licence[] SECTION("license") = "Apache-2.0";
