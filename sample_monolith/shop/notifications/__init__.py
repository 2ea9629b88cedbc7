from .mailer import flush_pending, queue_mail

__all__ = ["flush_pending", "queue_mail"]
