/*
 * Gives the datagrams for relayed addresses to one socket for all ports. Attached to a network namespace (sk_lookup), where
 * the kernel asks it for each datagram that no connected socket takes.
 *
 * The process says which addresses it relays from and which of their ports are open. A socket of each address is in
 * `sockets`; the kernel chooses among all that share its port (SO_REUSEPORT), so that several processes, each with this
 * program, share the datagrams. Everything else finds its socket as ever.
 */
#include <linux/bpf.h>
#include <linux/in.h>

#define SECTION(name) __attribute__((section(name), used))
/* Two reads of the context made one, at an address that has been computed, are what the kernel refuses. */
#define KEEP_APART __asm__ volatile("" ::: "memory")

static void *(*const map_lookup_elem)(void *map, const void *key) = (void *) BPF_FUNC_map_lookup_elem;
static long (*const sk_assign)(struct bpf_sk_lookup *, void *socket, __u64 flags) = (void *) BPF_FUNC_sk_assign;
static long (*const sk_release)(void *socket) = (void *) BPF_FUNC_sk_release;

enum {
    ADDRESSES_MAX = 64,
    PORTS = 1 << 16,
    FAMILY_IPV4 = 2,
    MAPPED = (int) 0xFFFF0000, /* 0000:ffff as little-endian memory has it */
};

/* In network order, IPv4 as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2). */
struct address {
    __u32 words[4];
};

/* A bit for each port, the first one in the lowest bit of the first octet. */
struct ports {
    __u8 octets[PORTS / 8];
};

struct map {
    __u32 type;
    __u32 key_size;
    __u32 value_size;
    __u32 max_entries;
    __u32 flags;
};

/* The number of each relay address, by which the other two maps know it. */
struct map addresses SECTION("maps") =
    {BPF_MAP_TYPE_HASH, sizeof(struct address), sizeof(__u32), ADDRESSES_MAX, 0};
struct map open_ports SECTION("maps") =
    {BPF_MAP_TYPE_ARRAY, sizeof(__u32), sizeof(struct ports), ADDRESSES_MAX, BPF_F_MMAPABLE};
struct map sockets SECTION("maps") = {BPF_MAP_TYPE_SOCKMAP, sizeof(__u32), sizeof(__u64), ADDRESSES_MAX, 0};

SECTION("sk_lookup")
int relay_range(struct bpf_sk_lookup *arrival) {
    if (arrival->protocol != IPPROTO_UDP) {
        return SK_PASS;
    }
    struct address to;
    if (arrival->family == FAMILY_IPV4) {
        to.words[0] = 0;
        to.words[1] = 0;
        to.words[2] = MAPPED;
        to.words[3] = arrival->local_ip4;
        KEEP_APART;
    } else {
        to.words[0] = arrival->local_ip6[0];
        to.words[1] = arrival->local_ip6[1];
        to.words[2] = arrival->local_ip6[2];
        to.words[3] = arrival->local_ip6[3];
    }
    __u32 *number = map_lookup_elem(&addresses, &to);
    struct ports *ports = number ? map_lookup_elem(&open_ports, number) : 0;
    __u32 port = arrival->local_port & (PORTS - 1);
    if (!ports || !(ports->octets[port / 8] & (1 << port % 8))) {
        return SK_PASS;
    }
    void *socket = map_lookup_elem(&sockets, number);
    if (socket) {
        sk_assign(arrival, socket, 0);
        sk_release(socket);
    }
    return SK_PASS;
}

char licence[] SECTION("license") = "Apache-2.0";
