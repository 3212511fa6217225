/** What a VM entry checks. SDM Vol. 3C "VM Entries". */
package io.vmxlab.vmx.entry;
