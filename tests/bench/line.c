/* A long line on one machine: bench_line LISTEN_PORT TARGET_PORT ROUND_TRIP_MS CONNECTION_MB_S TOTAL_MB_S relays TCP
 * connections to 127.0.0.1:TARGET_PORT. Every byte takes half a round trip longer each way, a connection moves at most
 * CONNECTION_MB_S a direction, and all of them together TOTAL_MB_S a direction. One thread, no loss, no slow start. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { kPairs = 512, kPiece = 64 << 10, kWindow = 4 << 20 };

struct piece {
  struct piece* next;
  double due;
  size_t size, sent;
  char data[kPiece];
};

/* One direction of a connection. */
struct way {
  int from, to;
  struct piece *first, *last;
  size_t held;
  double free_at; /* when the connection may take the next byte */
  int ended, closed;
};

struct pair {
  int used;
  double born;
  struct way out, back;
};

static struct pair pairs[kPairs];
static struct piece* spare;
static double delay_s, connection_rate, total_rate, total_free_at[2];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void prepare(int fd) {
  int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static struct piece* new_piece(void) {
  struct piece* piece = spare != NULL ? spare : malloc(sizeof *piece);
  if (piece == NULL) exit(1);
  if (spare != NULL) spare = spare->next;
  piece->next = NULL;
  piece->sent = 0;
  return piece;
}

/* Takes what has come, as fast as the line may; the bytes are due when they have crossed it. */
static void take_in(struct way* way, int direction, double time) {
  while (!way->ended && way->held < kWindow && way->free_at <= time && total_free_at[direction] <= time) {
    struct piece* piece = new_piece();
    ssize_t got = read(way->from, piece->data, kPiece);
    if (got <= 0) {
      piece->next = spare;
      spare = piece;
      if (got == 0 || (errno != EAGAIN && errno != EINTR)) way->ended = 1;
      return;
    }
    piece->size = (size_t)got;
    if (way->free_at < time - 0.01) way->free_at = time - 0.01;
    if (total_free_at[direction] < time - 0.01) total_free_at[direction] = time - 0.01;
    way->free_at += (double)got / connection_rate;
    total_free_at[direction] += (double)got / total_rate;
    piece->due = time + delay_s;
    if (way->last != NULL) way->last->next = piece;
    else way->first = piece;
    way->last = piece;
    way->held += piece->size;
  }
}

static void give_out(struct way* way, double time) {
  while (way->first != NULL && way->first->due <= time) {
    struct piece* piece = way->first;
    ssize_t put = send(way->to, piece->data + piece->sent, piece->size - piece->sent, MSG_NOSIGNAL);
    if (put < 0) {
      if (errno == EAGAIN || errno == EINTR) return;
      way->ended = 1;
      put = (ssize_t)(piece->size - piece->sent);
    }
    piece->sent += (size_t)put;
    if (piece->sent < piece->size) return;
    way->held -= piece->size;
    way->first = piece->next;
    if (way->first == NULL) way->last = NULL;
    piece->next = spare;
    spare = piece;
  }
  if (way->first == NULL && way->ended && !way->closed) {
    way->closed = 1;
    shutdown(way->to, SHUT_WR);
  }
}

static void open_pair(int client, int target_port) {
  struct sockaddr_in to;
  struct pair* pair = pairs;
  while (pair < pairs + kPairs && pair->used) ++pair;
  int server = socket(AF_INET, SOCK_STREAM, 0);
  memset(&to, 0, sizeof to);
  to.sin_family = AF_INET;
  to.sin_port = htons((uint16_t)target_port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (pair == pairs + kPairs || server < 0 || connect(server, (struct sockaddr*)&to, sizeof to) != 0) {
    close(client);
    if (server >= 0) close(server);
    return;
  }
  prepare(client);
  prepare(server);
  memset(pair, 0, sizeof *pair);
  pair->used = 1;
  pair->born = now();
  pair->out.from = pair->back.to = client;
  pair->out.to = pair->back.from = server;
  pair->out.free_at = pair->born + delay_s; /* the handshake takes a round trip, half of it here */
}

int main(int argc, char** argv) {
  struct sockaddr_in at;
  int one = 1, listener;
  if (argc != 6) return 2;
  delay_s = atof(argv[3]) / 2000;
  connection_rate = atof(argv[4]) * 1e6;
  total_rate = atof(argv[5]) * 1e6;
  listener = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  memset(&at, 0, sizeof at);
  at.sin_family = AF_INET;
  at.sin_port = htons((uint16_t)atoi(argv[1]));
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (struct sockaddr*)&at, sizeof at) != 0 || listen(listener, 128) != 0) return 1;
  fcntl(listener, F_SETFL, O_NONBLOCK);
  printf("ready\n");
  fflush(stdout);
  for (;;) {
    struct pollfd waits[2 * kPairs + 1];
    nfds_t count = 0;
    double time = now();
    int client, busy = 0;
    while ((client = accept(listener, NULL, NULL)) >= 0) open_pair(client, atoi(argv[2]));
    waits[count].fd = listener;
    waits[count++].events = POLLIN;
    for (struct pair* pair = pairs; pair < pairs + kPairs; ++pair) {
      if (!pair->used) continue;
      take_in(&pair->out, 0, time);
      take_in(&pair->back, 1, time);
      give_out(&pair->out, time);
      give_out(&pair->back, time);
      if (pair->out.closed && pair->back.closed) {
        close(pair->out.from);
        close(pair->out.to);
        pair->used = 0;
        continue;
      }
      busy |= pair->out.first != NULL || pair->back.first != NULL;
      for (int way = 0; way < 2; ++way) {
        struct way* w = way == 0 ? &pair->out : &pair->back;
        if (w->ended) continue;
        if (w->free_at > time || total_free_at[way] > time || w->held >= kWindow) {
          busy = 1;
          continue;
        }
        waits[count].fd = w->from;
        waits[count++].events = POLLIN;
      }
    }
    poll(waits, count, busy ? 1 : 1000);
  }
}
