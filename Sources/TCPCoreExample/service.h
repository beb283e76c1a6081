/* What a service returns after it has done all that it could for a connection. */
#ifndef SERVICE_H
#define SERVICE_H

enum verdict {
  SERVICE_WAITS,    /* an event will tell when there is more to do */
  SERVICE_FINISHED, /* everything is written: the connection may be closed */
  SERVICE_FAILED,   /* the connection has ended; nobody needs it any more */
};

#endif
