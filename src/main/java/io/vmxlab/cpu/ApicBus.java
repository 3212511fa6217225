package io.vmxlab.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Connects the local APICs of a machine with each other and with its I/O APICs. */
public final class ApicBus {
  private final List<LocalApic> apics = new ArrayList<>();
  private IntConsumer endOfInterrupt = vector -> {};

  /** Adds a processor's local APIC. */
  public void connect(LocalApic apic) {
    apics.add(apic);
    apic.connected(this);
  }

  /** Is told the vector of every level-triggered interrupt that has been dealt with. */
  public void onEndOfInterrupt(IntConsumer ioApics) {
    endOfInterrupt = ioApics;
  }

  /** The board asserts SMI#, which leads to every processor, whatever its local APIC does. */
  public void systemManagementInterrupt() {
    for (LocalApic apic : apics) {
      apic.cpu.events.signal(Event.SMI);
    }
  }

  void endOfInterrupt(int vector) {
    endOfInterrupt.accept(vector);
  }

  /**
   * Sends to all that the destination names, or with lowest priority to one of them.
   *
   * @return false if nobody is named
   */
  public boolean send(ApicMessage message) {
    return send(message, null);
  }

  /** The same, but never to the one that is left out. */
  boolean send(ApicMessage message, LocalApic leftOut) {
    LocalApic lowest = null;
    boolean sent = false;
    for (LocalApic apic : apics) {
      if (apic == leftOut || !apic.isNamedBy(message)) {
        continue;
      }
      sent = true;
      if (message.mode() != ApicMessage.LOWEST_PRIORITY) {
        apic.receive(message);
      } else if (lowest == null || apic.processorPriority() < lowest.processorPriority()) {
        lowest = apic;
      }
    }
    if (lowest != null) {
      lowest.receive(message);
    }
    return sent;
  }
}
