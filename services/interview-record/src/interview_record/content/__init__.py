"""What the product says and asks: playbooks, guides, phrases, conversations and forms, in zh-CN and en."""
