        vmxoff
