package io.mainstay.actors.gateway;

/** One part of the gateway: registers an answer for each request that it is responsible for. */
interface Desk {
  void open(Desks desks);
}
