/** A node inside this process: started, waited for, stopped, with its failures said plainly. */
package io.mainstay.runtime.node;
