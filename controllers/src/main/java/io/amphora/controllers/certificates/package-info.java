/// Requests for certificates: who is approved without being asked, who is signed, and what is cleaned up.
@NullMarked
package io.amphora.controllers.certificates;

import org.jspecify.annotations.NullMarked;
