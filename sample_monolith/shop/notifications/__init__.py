from .mailer import queue_mail

__all__ = ["queue_mail"]
