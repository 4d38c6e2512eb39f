#!/bin/sh
# GET /: who is here. The event bus offers a form that posts an event.
if [ "$ROLE" != event-bus ]; then
    printf 'Content-Type: text/plain\r\n\r\n%s %s: Pod %s on %s\n' "$ROLE" "$VERSION" "$HOSTNAME" "$NODE_NAME"
    exit 0
fi
printf 'Content-Type: text/html\r\n\r\n'
cat <<PAGE
<!doctype html><title>event-bus</title>
<h1>event-bus</h1>
<p>Pod $HOSTNAME on $NODE_NAME passes each event on to: $SERVICES</p>
<form method="post" action="/cgi-bin/events" enctype="text/plain"><input name="event" value="hello"><button>Post the event</button></form>
PAGE
