/// Templates as they were: ControllerRevisions, which StatefulSets and DaemonSets go back to.
@NullMarked
package io.amphora.controllers.history;

import org.jspecify.annotations.NullMarked;
